/// Everything that is wrong with the settings, a sentence each.
package struct SettingsFaults: Error, CustomStringConvertible {
    package let faults: [String]
    /// All settings as they were understood.
    package let effective: [EffectiveSetting]

    package init(_ faults: [String], effective: [EffectiveSetting] = []) {
        self.faults = faults
        self.effective = effective
    }

    package var description: String {
        faults.joined(separator: "\n")
    }
}
