/// What the operator can set about events.
package struct EventSettings: Equatable, Sendable {
    /// How many days an event is kept.
    package let keptDays: Int
}

extension SettingsReader {
    mutating func events() -> EventSettings {
        EventSettings(keptDays: integer("PORTRAITD_KEEP_EVENTS", in: 1...3650, default: 14))
    }
}
