/// A JPEG of the kinds that nearly all are, for which our own decoders are made.
enum OrdinaryJPEG {
    case sequential(SequentialJPEG)
    case progressive(ProgressiveJPEG)

    init?(_ file: ByteReader) {
        if let picture = SequentialJPEG(file) {
            self = .sequential(picture)
        } else if let picture = ProgressiveJPEG(file) {
            self = .progressive(picture)
        } else {
            return nil
        }
    }

    var tables: JPEGTables {
        switch self {
        case .sequential(let picture): picture.tables
        case .progressive(let picture): picture.tables
        }
    }
}
