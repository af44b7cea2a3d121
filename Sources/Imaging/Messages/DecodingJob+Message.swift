extension DecodingJob {
    /// Writes the job for the process that runs it.
    package func write(to message: inout Message) {
        switch product {
        case .upload(nil, let isSingle):
            [isSingle ? 1 : 0, 0, 0, 0, 0].forEach { message.append($0) }
        case .upload(let crop?, let isSingle):
            [isSingle ? 3 : 2, crop.x, crop.y, crop.width, crop.height].forEach { message.append($0) }
        case .variant:
            [4, 0, 0, 0, 0].forEach { message.append($0) }
        case .rectangle(let width, let height):
            [5, width, height, 0, 0].forEach { message.append($0) }
        }
        message.append(side)
        message.append(format)
        message.append(maxSeconds)
        encoding.write(to: &message)
        message.append(libjpegOnly)
        message.append(forbidsLibraries)
        message.append(damage != nil)
        message.append(damage ?? "")
    }

    /// Reads a job that `write` wrote; nil if the message is malformed.
    package init?(from message: inout MessageReader) {
        guard let kind = message.number(), let first = message.number(), let second = message.number(),
            let third = message.number(), let fourth = message.number()
        else { return nil }
        let crop = PixelRect(x: first, y: second, width: third, height: fourth)
        let product: Product? =
            switch kind {
            case 0, 1: .upload(crop: nil, isSingle: kind == 1)
            case 2, 3: .upload(crop: crop, isSingle: kind == 3)
            case 4: .variant
            case 5: .rectangle(width: first, height: second)
            default: nil
            }
        guard let product, let side = message.number(in: 1...Self.largestSide), let format = message.format(),
            let maxSeconds = message.number(in: 0...1 << 30), let encoding = ImageEncoding(from: &message),
            let libjpegOnly = message.flag(), let forbidsLibraries = message.flag(), let isDamaged = message.flag(),
            let damage = message.text()
        else { return nil }
        if case .rectangle(let width, let height) = product {
            guard 1...side ~= width, 1...side ~= height else { return nil }
        }
        self.init(
            product: product,
            side: side,
            format: format,
            encoding: encoding,
            maxSeconds: maxSeconds,
            damage: isDamaged ? damage : nil,
            libjpegOnly: libjpegOnly
        )
        self.forbidsLibraries = forbidsLibraries
    }
}

extension ImageEncoding {
    fileprivate func write(to message: inout Message) {
        [jpegQuality, webpQuality, avifQuality].forEach { message.append($0) }
        message.append(isProgressive)
        [background.red, background.green, background.blue].forEach { message.append(Int($0)) }
        message.append(Effort.all.firstIndex(of: effort) ?? 0)
    }

    fileprivate init?(from message: inout MessageReader) {
        guard let jpeg = message.number(), let webp = message.number(), let avif = message.number(),
            let isProgressive = message.flag(), let red = message.number(in: 0...255),
            let green = message.number(in: 0...255), let blue = message.number(in: 0...255),
            let effort = message.number(in: 0...Effort.all.count - 1)
        else { return nil }
        self.init(
            jpegQuality: jpeg,
            webpQuality: webp,
            avifQuality: avif,
            isProgressive: isProgressive,
            background: RGBColour(red: UInt8(red), green: UInt8(green), blue: UInt8(blue)),
            effort: Effort.all[effort]
        )
    }
}

extension ImageEncoding.Effort {
    fileprivate static let all: [Self] = [.usual, .little, .least(isDrawn: false), .least(isDrawn: true)]
}
