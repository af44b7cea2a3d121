import Bytes
internal import CFastCGI
internal import Glibc

/// One FastCGI request in the responder role (FastCGI §6.2), on the worker thread that serves it.
///
/// The request ends when the handler returns. After that, it reads nothing and writes nothing.
///
/// libfcgi trusts its peer, so only a web server may connect. libfcgi allocates the announced length of a parameter (up
/// to 4 GiB) before the bytes arrive, and a slow sender holds the worker for as long as it sends. Before the fix of
/// CVE-2025-23016 (Debian 12: 2.4.2-2+deb12u1) such lengths overflowed a heap buffer.
@safe package final class FastCGIRequest {
    /// The meta-variables of the request (RFC 3875 §4.1); invalid UTF-8 is repaired.
    package let parameters: [String: String]
    private var request: UnsafeMutablePointer<FCGX_Request>?
    private var isBodyRead = false
    /// Whether the body is longer than CONTENT_LENGTH.
    private var isBodyTooLong = false
    private let onLongWork: () -> Bool
    /// Whether the request is long-running, so that its worker has given its place to another worker.
    private(set) var takesLong = false
    /// Whether the web server set FCGI_KEEP_CONN (FastCGI §3.5).
    private let wantsConnectionKept: Bool

    /// Takes ownership of a connection and reads the parameters of a request. Closes the connection and returns nil if
    /// no responder request arrives.
    init?(connection: consuming Connection, onLongWork: @escaping () -> Bool) {
        self.onLongWork = onLongWork
        let request = UnsafeMutablePointer<FCGX_Request>.allocate(capacity: 1)
        unsafe FCGX_InitRequest(request, -1, 0)
        unsafe request.pointee.ipcFd = connection.release()
        // With keepConnection, FCGX_Accept_r reads from ipcFd and accepts no other connection. The fields are below
        // libfcgi's "don't use" line, but they are public and the same in every release from 2.4.2 to 2.4.7.
        unsafe request.pointee.keepConnection = 1
        // With detached, libfcgi closes the connection of an invalid request at once and does not wait for its sender.
        unsafe request.pointee.detached = 1
        guard unsafe FCGX_Accept_r(request) == 0 else {
            unsafe request.deallocate()
            return nil
        }
        // FCGX_Accept_r succeeds if the parameters break off between two pairs; only the error of the stream shows
        // that.
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

    /// Marks this request as long-running: another worker answers other requests meanwhile.
    /// - Returns: false if too many requests are long-running; this one must be refused.
    package func willTakeLong() -> Bool {
        if !takesLong { takesLong = onLongWork() }
        return takesLong
    }

    /// Reads the body: exactly CONTENT_LENGTH bytes, none if it is absent or empty. Must be called once only.
    package func readBody(upTo limit: Int) throws(FastCGIBodyError) -> [UInt8] {
        let announced = try contentLength()
        guard announced <= limit else { throw .tooLarge(announced: announced, limit: limit) }

        // One allocation, because growing would copy. Untouched pages cost nothing, so memory follows the bytes that
        // arrive.
        let body = unsafe [UInt8](unsafeUninitializedCapacity: announced) { buffer, count in
            unsafe count = read(into: buffer)
        }
        guard body.count == announced else { throw failure(received: body.count, announced: announced) }
        // The body is complete only after the empty record that ends FCGI_STDIN.
        guard !goesOn() else { throw .tooLong(announced: announced) }
        guard isBodyRead else { throw failure(received: announced, announced: announced) }
        return body
    }

    /// Sends bytes of the CGI response (RFC 3875 §6) to FCGI_STDOUT. A disconnected client is not an error.
    package func write(_ bytes: [UInt8]) {
        dropBody()
        guard let request = unsafe request else { return }
        unsafe bytes.withUnsafeBytes { buffer in
            guard let start = unsafe buffer.assumingMemoryBound(to: CChar.self).baseAddress else { return }
            unsafe FCGX_PutStr(start, Int32(clamping: buffer.count), request.pointee.out)
        }
    }

    /// Closes the connection without ending the request, so that the web server sees that the response is incomplete.
    package func abort() {
        guard let request = unsafe request else { return }
        unsafe FCGX_Free(request, 1)
        unsafe request.deallocate()
        unsafe self.request = nil
    }

    /// Sends the buffered output and ends the request. Returns the connection if the web server wants to keep it and it
    /// can be kept; otherwise closes it and returns nil.
    func finish(keepingConnection: Bool) -> Connection? {
        guard let request = unsafe request else { return nil }
        dropBody()
        // Stops receiving before the web server sees the end of this request and sends its next one. The web server
        // repeats elsewhere a request that it could not send. It does not repeat a POST that was lost when the
        // connection closed.
        if !keepingConnection, isBodyRead { unsafe shutdown(request.pointee.ipcFd, Int32(SHUT_RD)) }
        // The standard error stream first: libfcgi ends the request when the last stream is closed.
        unsafe FCGX_FClose(request.pointee.err)
        unsafe FCGX_FClose(request.pointee.out)
        // A connection is kept only after the whole body was read: an unread rest would be parsed as records of the
        // next request, and the body of a client could forge REMOTE_USER.
        let isKept = keepingConnection && wantsConnectionKept && isBodyRead
        unsafe request.pointee.keepConnection = isKept ? 1 : 0
        // Closing with unread bytes resets the connection, and the web server may lose the response. libfcgi's
        // lingering close reads the bytes until none arrive for 2 s; it is not needed after a body that was read to its
        // end.
        unsafe request.pointee.detached = isBodyRead ? 1 : 0
        unsafe FCGX_Finish_r(request)
        let descriptor = unsafe request.pointee.ipcFd
        unsafe request.deallocate()
        unsafe self.request = nil
        return descriptor >= 0 ? Connection(descriptor: descriptor, isNew: false) : nil
    }

    /// Reads the unread rest of a body that the web server may have sent completely. Otherwise the web server would
    /// treat the connection as kept and lose its next request when the connection closes; it does not repeat a POST
    /// or PATCH.
    ///
    /// Must run before the response begins: nginx stops sending the body when the response begins.
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
        guard text.utf8.allSatisfy(\.isASCIIDigit), let length = Int(text)
        else { throw .invalidLength(text) }
        return length
    }

    /// Fills `buffer`; returns fewer bytes only at the end of the stream or on failure.
    private func read(into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        guard let request = unsafe request else { return 0 }
        let received = unsafe buffer.withMemoryRebound(to: CChar.self) { buffer in
            unsafe Int(FCGX_GetStr(buffer.baseAddress, Int32(clamping: buffer.count), request.pointee.in))
        }
        if received < buffer.count { noteEnd() }
        return received
    }

    /// Reads one byte and drops it; false at the end of the stream.
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

    /// Returns the reason why the stream ended early. A signal that interrupts the read looks like a disconnected
    /// client: libfcgi cannot resume, so the workers block all signals.
    private func failure(received: Int, announced: Int) -> FastCGIBodyError {
        guard let request = unsafe request, unsafe FCGX_GetError(request.pointee.in) == EAGAIN else {
            return .tooShort(received: received, announced: announced)
        }
        return .timedOut(received: received, announced: announced)
    }

    /// Parses the `NAME=value` strings of libfcgi; each ends at its first NUL, as an environment variable does.
    private static func parameters(in strings: FCGX_ParamArray?) -> [String: String] {
        var parameters: [String: String] = [:]
        guard var next = unsafe strings else { return parameters }
        while let string = unsafe next.pointee {
            let bytes = unsafe UnsafeRawBufferPointer(start: string, count: strlen(string))
            let name = unsafe bytes.prefix { $0 != UInt8(ascii: "=") }
            let key = unsafe String(decoding: name, as: UTF8.self)
            let value = unsafe String(decoding: bytes.dropFirst(name.count + 1), as: UTF8.self)
            // RFC 3875 §4.1.18: repeated header fields are joined to one list; nginx before 1.23 passes each line. Of
            // other parameters the last one wins, so that a site's own fastcgi_param replaces an included one.
            if key.hasPrefix("HTTP_"), parameters[key] != nil {
                // Appends in place: a new string for each of many lines would be quadratic work.
                parameters[key]?.append(", \(value)")
            } else {
                parameters[key] = value
            }
            unsafe next += 1
        }
        return parameters
    }

    /// In bytes, more than a socket buffer holds: the web server cannot have sent all of a longer unread body.
    private static let maxDroppedBytes = 1 << 20

    // FastCGI §8, FCGI_RESPONDER
    private static let responder: Int32 = 1
}

/// The reason why the body of a request could not be read.
package enum FastCGIBodyError: Error, Equatable {
    /// CONTENT_LENGTH is not a decimal number (RFC 3875 §4.1.2).
    case invalidLength(String)
    /// CONTENT_LENGTH exceeds the limit; nothing was read.
    case tooLarge(announced: Int, limit: Int)
    /// The stream ended early: the web server or its client disconnected, or aborted the request.
    case tooShort(received: Int, announced: Int)
    /// The body is longer than CONTENT_LENGTH.
    case tooLong(announced: Int)
    /// The web server sent nothing within the timeout of the server.
    case timedOut(received: Int, announced: Int)
}
