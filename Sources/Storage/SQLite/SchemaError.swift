/// Why a database is not opened. It was not changed.
package enum SchemaError: Error, Equatable, CustomStringConvertible {
    case missing(path: String)
    /// An earlier version made it, and nothing has brought it up to date since.
    case older(path: String)
    /// A later version has changed it.
    case newer(path: String)

    /// For the operator.
    package var description: String {
        switch self {
        case .missing(let path): "There is no database \(path). Start the service, or run portraitd migrate."
        case .older(let path):
            "The database \(path) is of an earlier version. Run portraitd migrate, or restart the service."
        case .newer(let path): "The database \(path) is of a later version than this program. Install that version."
        }
    }
}
