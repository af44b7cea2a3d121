internal import CFastCGI
internal import Glibc

/// One FastCGI request of the responder role (FastCGI §6.2), on the worker thread that serves it.
///
/// It is over when the handler returns: kept longer, it reads nothing and writes nothing.
///
/// libfcgi trusts its peer, so only a web server may connect: it allocates what a parameter's length announces (up to 4 GiB)
/// before the bytes come, and lets a lingering sender hold the worker as long as it sends. Before the fix of CVE-2025-23016
/// (Debian 12: 2.4.2-2+deb12u1) such lengths overflowed a heap buffer.
@safe package final class FastCGIRequest {
    /// What the web server said about the request (RFC 3875 §4.1), invalid UTF-8 repaired.
    package let parameters: [String: String]
    private var request: UnsafeMutablePointer<FCGX_Request>?
    private var isBodyRead = false
    /// Whether more came than was announced.
    private var isBodyTooLong = false
    private let onLongWork: () -> Bool
    /// Whether it has given its place to another.
    private(set) var takesLong = false
    /// FastCGI §3.5, FCGI_KEEP_CONN.
    private let wantsConnectionKept: Bool

    /// Takes over a connection and reads the request's parameters; nil if no responder request came, the connection
    /// is closed then.
    init?(connection: consuming Connection, onLongWork: @escaping () -> Bool) {
        self.onLongWork = onLongWork
        let request = UnsafeMutablePointer<FCGX_Request>.allocate(capacity: 1)
        unsafe FCGX_InitRequest(request, -1, 0)
        unsafe request.pointee.ipcFd = connection.release()
        // A kept connection is what FCGX_Accept_r reads from instead of accepting one. The fields are below libfcgi's
        // "don't use" line, but public and the same in every release from 2.4.2 to 2.4.7.
        unsafe request.pointee.keepConnection = 1
        // Whatever is no request is closed at once, without waiting for its sender.
        unsafe request.pointee.detached = 1
        guard unsafe FCGX_Accept_r(request) == 0 else {
            unsafe request.deallocate()
            return nil
        }
        // FCGX_Accept_r takes parameters that broke off between two pairs as complete; only the stream's error tells.
        guard unsafe request.pointee.role == Self.responder, unsafe FCGX_GetError(request.pointee.in) == 0 else {
            unsafe FCGX_Free(request, 1)
            unsafe request.deallocate()
            return nil
        }
        unsafe request.pointee.detached = 0
        wantsConnectionKept = unsafe request.pointee.keepConnection != 0
        parameters = unsafe Self.parameters(in: request.pointee.envp)
        unsafe self.request = request
    }

    deinit {
        _ = finish(keepingConnection: false)
    }

    /// Says that this request takes more than a moment, or must wait: others are answered meanwhile, by another worker.
    /// - Returns: false when so many requests take long already that it must be refused.
    package func willTakeLong() -> Bool {
        if !takesLong { takesLong = onLongWork() }
        return takesLong
    }

    /// The request's body: exactly CONTENT_LENGTH bytes, none when it is absent or empty. To be called once.
    package func readBody(upTo limit: Int) throws(FastCGIBodyError) -> [UInt8] {
        let announced = try contentLength()
        guard announced <= limit else { throw .tooLarge(announced: announced, limit: limit) }

        // At once, as growing would copy; untouched pages cost nothing, so memory follows the bytes that really came.
        let body = unsafe [UInt8](unsafeUninitializedCapacity: announced) { buffer, count in
            unsafe count = read(into: buffer)
        }
        guard body.count == announced else { throw failure(received: body.count, announced: announced) }
        // Only the empty record that ends FCGI_STDIN says that the body is complete.
        guard !goesOn() else { throw .tooLong(announced: announced) }
        guard isBodyRead else { throw failure(received: announced, announced: announced) }
        return body
    }

    /// Sends bytes of the CGI response (RFC 3875 §6) to FCGI_STDOUT. A client that has gone away is no error.
    package func write(_ bytes: [UInt8]) {
        dropBody()
        guard let request = unsafe request else { return }
        unsafe bytes.withUnsafeBytes { buffer in
            guard let start = unsafe buffer.assumingMemoryBound(to: CChar.self).baseAddress else { return }
            unsafe FCGX_PutStr(start, Int32(clamping: buffer.count), request.pointee.out)
        }
    }

    /// Ends the connection without ending the request, so that the web server knows that the response is cut off.
    package func abort() {
        guard let request = unsafe request else { return }
        unsafe FCGX_Free(request, 1)
        unsafe request.deallocate()
        unsafe self.request = nil
    }

    /// Sends what is buffered and ends the request. Returns its connection if the web server wants it kept and that is
    /// possible; otherwise the connection is closed.
    func finish(keepingConnection: Bool) -> Connection? {
        guard let request = unsafe request else { return nil }
        dropBody()
        // Before the web server knows that this request is over and sends its next: what it cannot send it tries elsewhere,
        // but a POST that it has sent, and that is lost when the connection is closed, it does not.
        if !keepingConnection, isBodyRead { unsafe shutdown(request.pointee.ipcFd, Int32(SHUT_RD)) }
        // The standard error stream first: libfcgi ends the request with the last stream that is closed.
        unsafe FCGX_FClose(request.pointee.err)
        unsafe FCGX_FClose(request.pointee.out)
        // A connection is kept only after the whole body: what a handler leaves unread would be parsed as the next
        // request's records, and a client's body could forge REMOTE_USER.
        let isKept = keepingConnection && wantsConnectionKept && isBodyRead
        unsafe request.pointee.keepConnection = isKept ? 1 : 0
        // Closing with unread bytes resets the connection, and the web server may lose the response. libfcgi's lingering
        // close drains them, until 2 s pass without any; after a body that was read to its end it is not needed.
        unsafe request.pointee.detached = isBodyRead ? 1 : 0
        unsafe FCGX_Finish_r(request)
        let descriptor = unsafe request.pointee.ipcFd
        unsafe request.deallocate()
        unsafe self.request = nil
        return descriptor >= 0 ? Connection(descriptor: descriptor, isNew: false) : nil
    }

    /// Reads what the handler left of a body that the web server may have sent whole. It would take the connection for one
    /// that is kept then, and lose its next request when that is closed; one with POST or PATCH it does not try again.
    ///
    /// Before the response begins: nginx sends no more of the body once it has seen that.
    private func dropBody() {
        guard !isBodyRead, !isBodyTooLong, var rest = try? contentLength(), rest <= Self.maxDroppedBytes
        else { return }
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: min(rest, 16_384)) { buffer in
            while rest > 0, !isBodyRead {
                let count = unsafe read(into: UnsafeMutableBufferPointer(rebasing: buffer.prefix(rest)))
                guard count > 0 else { return }
                rest -= count
            }
        }
        if !isBodyRead { _ = goesOn() }
    }

    private func contentLength() throws(FastCGIBodyError) -> Int {
        let text = parameters["CONTENT_LENGTH"] ?? ""
        guard !text.isEmpty else { return 0 }
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let length = Int(text)
        else { throw .invalidLength(text) }
        return length
    }

    /// Fills `buffer`; fewer bytes only at the end of the stream, or when it fails.
    private func read(into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        guard let request = unsafe request else { return 0 }
        let received = unsafe buffer.withMemoryRebound(to: CChar.self) { buffer in
            unsafe Int(FCGX_GetStr(buffer.baseAddress, Int32(clamping: buffer.count), request.pointee.in))
        }
        if received < buffer.count { noteEnd() }
        return received
    }

    /// Whether the stream goes on: then a byte of it is lost.
    private func goesOn() -> Bool {
        guard let request = unsafe request else { return false }
        isBodyTooLong = unsafe FCGX_GetChar(request.pointee.in) >= 0
        if !isBodyTooLong { noteEnd() }
        return isBodyTooLong
    }

    private func noteEnd() {
        guard let request = unsafe request else { return }
        isBodyRead = unsafe FCGX_GetError(request.pointee.in) == 0
    }

    /// Why the stream ended before its time. A signal that interrupts the read counts as a client that went away:
    /// libfcgi cannot resume, so the workers block all of them.
    private func failure(received: Int, announced: Int) -> FastCGIBodyError {
        guard let request = unsafe request, unsafe FCGX_GetError(request.pointee.in) == EAGAIN else {
            return .tooShort(received: received, announced: announced)
        }
        return .timedOut(received: received, announced: announced)
    }

    /// The `NAME=value` strings of libfcgi, each cut at its first NUL, as environment variables are.
    private static func parameters(in strings: FCGX_ParamArray?) -> [String: String] {
        var parameters: [String: String] = [:]
        guard var next = unsafe strings else { return parameters }
        while let string = unsafe next.pointee {
            let bytes = unsafe UnsafeRawBufferPointer(start: string, count: strlen(string))
            let name = unsafe bytes.prefix { $0 != UInt8(ascii: "=") }
            let key = unsafe String(decoding: name, as: UTF8.self)
            let value = unsafe String(decoding: bytes.dropFirst(name.count + 1), as: UTF8.self)
            // RFC 3875 §4.1.18: a field that came several times is one list; nginx before 1.23 passes each line.
            // Elsewhere the last one wins, so a site's own fastcgi_param replaces an included one.
            if key.hasPrefix("HTTP_"), parameters[key] != nil {
                // In place: a new text for each of many lines would be quadratic work.
                parameters[key]?.append(", \(value)")
            } else {
                parameters[key] = value
            }
            unsafe next += 1
        }
        return parameters
    }

    /// More than a socket holds: while a longer body is unread, the web server has not sent it whole.
    private static let maxDroppedBytes = 1 << 20

    // FastCGI §8, FCGI_RESPONDER
    private static let responder: Int32 = 1
}
