import Foundation
import TestSupport

/// The actions of a user.
extension LoadClient {
    /// Runs a random action; false if it was refused or not answered.
    @discardableResult
    mutating func act() -> Bool {
        switch Int.random(in: 0..<100) {
        case ..<25: upload()
        case ..<32: uploadByURL()
        case ..<48: readPicture()
        case ..<55: readVariant()
        case ..<64: removePicture()
        case ..<75: rename()
        case ..<83: known.documents.count < 8 ? addDocument() : removeDocument()
        case ..<88: readDocument()
        case ..<91: removeDocument()
        case ..<94: browse()
        case ..<99: importPicture()
        default: erase()
        }
    }

    private func randomPicture() -> (turn: Int, bytes: Data) {
        let turn = Int.random(in: pictures.indices)
        return (turn, pictures[turn].randomElement() ?? Data())
    }

    private mutating func upload() -> Bool {
        let (turn, bytes) = randomPicture()
        return setPicture(turn, bytes, path: "/me/profileimage")
    }

    private mutating func uploadByURL() -> Bool {
        let (turn, bytes) = randomPicture()
        guard let permission = send("POST", "/me/profileimage/uploads", expecting: [201]) else { return false }
        guard let path = (permission.json["upload_url"] as? String)?.replacing(instance.url, with: "") else {
            fault("no URL to upload to: \(permission.text)")
            return false
        }
        guard setPicture(turn, bytes, path: path) else {
            doubtfulUpload = (path, turn)
            return false
        }
        return true
    }

    private mutating func setPicture(_ turn: Int, _ bytes: Data, path: String) -> Bool {
        let before = known.current
        known.asks(forPicture: turn)
        guard let answer = send("PUT", path, body: bytes, expecting: [200, 201]) else { return false }
        known.replaced(before)
        known.hasPicture(turn, id: answer.json["id"] as? String)
        return true
    }

    private mutating func readPicture() -> Bool {
        let fields = ["Accept": "image/*"]
        guard let answer = send("GET", "/me/profileimage", fields: fields, expecting: [200, 404]) else { return false }
        check(picture: answer)
        return true
    }

    /// Checks a picture in an answer; 404 is no picture.
    mutating func check(picture answer: Curl.Answer) {
        let turn = Self.turn(in: answer)
        guard answer.status == 404 || turn != nil else { return fault("the picture is damaged") }
        guard !known.allows(turn) else { return }
        fault("has \(turn.map(String.init) ?? "no picture"), may have \(known.pictures) or import \(known.imports)")
    }

    /// The turn of the picture in an answer; nil for none.
    static func turn(in answer: Curl.Answer) -> Int? {
        guard answer.status == 200 else { return nil }
        return Photograph.look(at: answer.body).flatMap { Photograph.turn(of: $0.quarters) }
    }

    private mutating func readVariant() -> Bool {
        guard let id = known.current else { return readPicture() }
        let name = ["32.jpg", "64.webp", "64.avif", "32.webp"].randomElement() ?? ""
        guard send("GET", "/images/\(id)/\(name)", expecting: [200]) != nil else { return false }
        return true
    }

    private mutating func browse() -> Bool {
        let digest = (0..<4).map { _ in String(UInt64.random(in: 1 << 60 ... .max), radix: 16) }.joined()
        let paths = ["/limits", "/me", "/media", "/me/export", "/avatar/\(digest)?d=identicon"]
        return send("GET", paths.randomElement() ?? "", expecting: [200, 404]) != nil
    }

    private mutating func removePicture() -> Bool {
        let (before, had) = (known.current, !known.allows(nil))
        known.asks(forPicture: nil)
        guard send("DELETE", "/me/profileimage", expecting: [204]) != nil else { return false }
        known.replaced(before)
        known.hasNoPicture(had: had)
        return true
    }

    private mutating func rename() -> Bool {
        let name = newName()
        known.asks(forName: name)
        let fields = ["Content-Type": "application/json"]
        let body = Data(#"{"fullName":"\#(name)"}"#.utf8)
        guard send("PATCH", "/me", fields: fields, body: body, expecting: [200, 201]) != nil else { return false }
        known.hasName(name)
        return true
    }

    private mutating func addDocument() -> Bool {
        let document = Data("\(newName()) \(String(repeating: "x", count: .random(in: 0...100_000)))".utf8)
        let fields = ["Content-Type": "text/plain"]
        known.asksForDocument()
        guard
            let answer = send(
                "POST",
                "/media?AdditionalType=Letter",
                fields: fields,
                body: document,
                expecting: [200]
            )
        else { return false }
        guard let id = answer.json["identifier"] as? String else {
            fault("a document has no identifier: \(answer.text)")
            return false
        }
        known.hasDocument(id, document)
        return true
    }

    private mutating func readDocument() -> Bool {
        guard let (id, document) = known.documents.randomElement() else { return addDocument() }
        guard let answer = send("GET", "/media/\(id)/download", expecting: [200]) else { return false }
        if answer.body != document { fault("the document \(id) is not the one that was sent") }
        return true
    }

    private mutating func removeDocument() -> Bool {
        guard let id = known.documents.keys.randomElement() else { return addDocument() }
        known.asks(toRemove: id)
        guard send("DELETE", "/media/\(id)", expecting: [204]) != nil else { return false }
        known.removed(id)
        return true
    }

    private mutating func importPicture() -> Bool {
        let turn = Int.random(in: pictures.indices)
        let fields = ["Content-Type": "application/json"]
        let body = Data(#"{"url":"\#(source)/\#(turn)"}"#.utf8)
        known.asksForImport(of: turn)
        let answer = send("POST", "/me/profileimage/import", fields: fields, body: body, expecting: [202])
        guard answer != nil else { return false }
        known.hasAskedForImport()
        // A change in the millisecond of the request cannot be distinguished from an earlier one.
        let millisecond = Int(Date.now.timeIntervalSince1970 * 1000)
        waitUntil { Int(Date.now.timeIntervalSince1970 * 1000) > millisecond }
        return true
    }

    private mutating func erase() -> Bool {
        known.asksForErasure()
        guard let answer = send("DELETE", "/me", expecting: [200, 404]) else { return false }
        known.isErased(known: answer.status == 200)
        return true
    }
}
