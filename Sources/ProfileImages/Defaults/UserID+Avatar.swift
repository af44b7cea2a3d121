import Crypto
import FoundationEssentials

extension UserID {
    /// What a drawn picture of the user is drawn from: 32 hexadecimal digits that name the user to nobody who does not know
    /// them.
    package var avatarSeed: String {
        SHA256.hash(data: Data("portraitd avatar \(rawValue)".utf8)).prefix(16).map(\.hexadecimal).joined()
    }
}
