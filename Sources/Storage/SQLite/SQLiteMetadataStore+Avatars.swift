import GRDB
package import ProfileImages

extension SQLiteMetadataStore {
    package func image(ofEmail digest: EmailDigest) throws -> ProfileImage? {
        let (column, digits) =
            switch digest {
            case .md5(let digits): ("email_md5", digits)
            case .sha256(let digits): ("email_sha256", digits)
            }
        return try read { try MediaRow.currentImage(where: column, is: digits, from: $0) }
    }
}
