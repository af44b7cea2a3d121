extension DecodingTarget {
    /// The smallest size of a JPEG, in eighths, that leaves the resampler twice the target: less loses sharpness, more only
    /// time.
    var eighths: Int {
        [1, 2, 4].first { square.width * $0 / 8 >= 2 * side } ?? 8
    }

    /// How much of the whole picture the decoder must hold at once, in bytes.
    var heldBytes: Int {
        // Only libjpeg decodes what is damaged.
        if let damage { return header.heldBytes + damage.repairBytes }
        guard header.shrinks, let block = [1: 28, 2: 48, 4: 80][eighths] else { return header.heldBytes }
        // What `ProgressivePlane` holds of a block, on the average of all components, instead of 64 coefficients.
        return header.heldBytes / 128 * block
    }

    /// The same target, to decode a file again that was refused for this reason, and to save what can be saved of it.
    func repairing(_ upload: [UInt8], reason: String) -> DecodingTarget {
        var target = self
        target.damage = JPEGDamage(upload, header, reason: reason)
        return target
    }
}

/// Why a JPEG was refused at first, and what its repair takes.
struct JPEGDamage {
    let reason: String
    /// In bytes: the repaired copy of the file, a mark for each unit of the picture, and the places of restarts.
    let repairBytes: Int

    init(_ upload: [UInt8], _ header: ImageHeader, reason: String) {
        self.reason = reason
        let units = (header.width + 7) / 8 * ((header.height + 7) / 8)
        repairBytes = upload.count + units + RestartMatch.mostBytes
    }
}
