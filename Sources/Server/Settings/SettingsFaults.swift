/// Everything that is wrong with the settings, a sentence each.
package struct SettingsFaults: Error, Equatable, CustomStringConvertible {
    package let faults: [String]

    package var description: String {
        faults.joined(separator: "\n")
    }
}
