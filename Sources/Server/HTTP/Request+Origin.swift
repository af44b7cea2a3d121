import HTTPTypes

/// Which page has a browser send a request. A credential that browsers send by themselves proves who sits there, and not that
/// they want what is asked for.
extension Request {
    /// Whether the method changes nothing: RFC 9110 §9.2.1.
    var isSafe: Bool {
        [.get, .head, .options, .trace].contains(head.method)
    }

    /// Whether it is a page of this server or of one of `origins`, the user themself, or no browser at all.
    ///
    /// By Sec-Fetch-Site (www.w3.org/TR/fetch-metadata), or by Origin (RFC 6454 §7) where a browser knows only that.
    func comesFromOwnPage(or origins: Set<String>) -> Bool {
        let page = head.headerFields[.origin]
        if let page, origins.contains(page) { return true }
        if let site = head.headerFields[.secFetchSite] { return ["same-origin", "none"].contains(site) }
        return page == nil || page == origin
    }
}

extension HTTPField.Name {
    fileprivate static let secFetchSite = Self("Sec-Fetch-Site") ?? .origin
}
