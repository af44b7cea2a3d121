/// How the colour of a JPEG is stored, by its usual names.
package enum ChromaSubsampling: String, Sendable, CaseIterable {
    /// At full size: for pictures with hard coloured edges.
    case none = "4:4:4"

    /// At half the width and half the height, as cameras do.
    case halved = "4:2:0"
}
