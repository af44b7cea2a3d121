import Testing

@testable import Avatars

@Suite struct AvatarStyleTests {
    @Test(arguments: [
        ("mp", AvatarStyle.mysteryPerson), ("mm", .mysteryPerson), ("identicon", .identicon), ("monsterid", .identicon),
        ("wavatar", .identicon), ("robohash", .identicon), ("retro", .retro), ("blank", .blank),
        ("initials", .initials),
        ("color", .color), ("404", nil), ("", nil),
    ])
    func `styles go by Gravatar's names`(_ name: String, _ style: AvatarStyle?) {
        #expect(AvatarStyle(name: name) == style)
    }
}
