import Foundation

/// Checks of a user while the service is idle.
extension LoadClient {
    /// Compares the stored state with the answers, and takes it as known from now on.
    mutating func inspect() {
        repeatDoubtfulUpload()
        guard
            let image = send(
                "GET",
                "/me/profileimage",
                fields: ["Accept": "application/json"],
                expecting: [200, 404]
            ),
            let picture = send("GET", "/me/profileimage", fields: ["Accept": "image/*"], expecting: [200, 404]),
            let profile = send("GET", "/me", expecting: [200, 404]),
            let media = send("GET", "/media?limit=500", expecting: [200])
        else { return fault("a request was not answered while nobody was killed") }
        check(picture: picture)
        let name = profile.json["fullName"] as? String
        if !known.names.contains(name) { fault("is called \(name ?? "nothing"), may be called \(known.names)") }
        let listed = Self.documents(in: media)
        check(listed)
        let turn = Self.turn(in: picture)
        known.sees(picture: turn, id: image.json["id"] as? String, name: name, documents: listed)
        checkRemoved()
    }

    /// Repeats an unanswered upload: an upload ticket takes one picture, so the answer shows if it took the first one.
    private mutating func repeatDoubtfulUpload() {
        guard let (path, turn) = doubtfulUpload, let bytes = pictures[turn].first else { return }
        doubtfulUpload = nil
        guard let answer = send("PUT", path, body: bytes, expecting: [200, 201, 409]) else {
            return fault("an upload was not answered while nobody was killed")
        }
        known.hasPicture(turn, id: answer.json["id"] as? String)
    }

    /// The identifiers of the documents in a media list.
    static func documents(in list: Curl.Answer) -> Set<String> {
        let items = (try? JSONSerialization.jsonObject(with: list.body)) as? [[String: Any]] ?? []
        return Set(
            items.filter { $0["additionalType"] as? String != "ProfileImage" }.compactMap {
                $0["identifier"] as? String
            }
        )
    }

    private mutating func check(_ listed: Set<String>) {
        for id in Set(known.documents.keys).subtracting(known.doubtful).subtracting(listed) {
            fault("the document \(id) is lost")
        }
        let strays = listed.subtracting(known.documents.keys)
        if strays.count > known.strays { fault("has \(strays.count) documents too many: \(strays)") }
        for (id, document) in known.documents where listed.contains(id) {
            guard let answer = send("GET", "/media/\(id)/download", expecting: [200]) else {
                return fault("a document was not answered while nobody was killed")
            }
            if answer.body != document { fault("the document \(id) is not the one that was sent") }
        }
    }

    /// Checks that no file of a removed media item is on the disk.
    private mutating func checkRemoved() {
        for id in known.gone {
            for area in ["public/images", "masters", "documents"] {
                let path = "\(instance.folder)/\(area)/\(id.prefix(2))/\(id)"
                if FileManager.default.fileExists(atPath: path) { fault("\(path) is still there") }
            }
        }
    }
}
