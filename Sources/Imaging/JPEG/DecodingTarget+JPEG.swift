extension DecodingTarget {
    /// The smallest size of a JPEG, in eighths, that leaves the resampler twice the target: less loses sharpness, more only
    /// time.
    var eighths: Int {
        [1, 2, 4].first { square.width * $0 / 8 >= 2 * side } ?? 8
    }

    /// How much of the whole picture the decoder must hold at once, in bytes.
    var heldBytes: Int {
        guard header.shrinks, let block = [1: 28, 2: 48, 4: 80][eighths] else { return header.heldBytes }
        // What `ProgressivePlane` holds of a block, on the average of all components, instead of 64 coefficients.
        return header.heldBytes / 128 * block
    }
}
