import ProfileImages
import Testing

@Suite struct AdditionalTypeTests {
    @Test func `the word ProfileImage is the image type`() {
        #expect(AdditionalType(rawValue: "ProfileImage") == .profileImage)
    }

    @Test(arguments: [
        "profileimage", "PROFILEIMAGE", "profile-image", "Profile_Image", "ProfileImages", "ProfilImage", "ProfileImge",
        "Profile1mage", "ProfileImage2", "",
        "a b", "é", "a/b", String(repeating: "x", count: 65),
    ])
    func `an empty word and a misspelt ProfileImage are nil`(_ text: String) {
        #expect(AdditionalType(rawValue: text) == nil)
    }

    @Test(arguments: ["SupportingDocument", "TravelerProfileImage", "scan", "password-image", "x"])
    func `any other word is a type`(_ text: String) {
        #expect(AdditionalType(rawValue: text)?.rawValue == text)
    }
}
