internal import CCurl
internal import Glibc
internal import HTTPTypes

/// The received data and the limits of one transfer; the argument of libcurl's callbacks.
final class Transfer {
    /// The limit for the header fields of all hops together; no honest server sends so many.
    private static let maxFieldBytes = 65_536

    private let policy: HTTPPolicy
    private let isStopped: () -> Bool
    private(set) var body: [UInt8] = []
    private(set) var isTruncated = false
    private(set) var fields: HTTPFields = [:]
    private(set) var isMalformed = false
    /// The error for the last address that was refused.
    private(set) var refusal: HTTPClientError?
    private var fieldBytes = 0

    init(policy: HTTPPolicy, isStopped: @escaping () -> Bool) {
        self.policy = policy
        self.isStopped = isStopped
    }

    /// CURLOPT_WRITEFUNCTION: a result other than `count` aborts the transfer.
    static let onBody: curl_write_callback = { bytes, _, count, argument in
        guard let transfer = unsafe transfer(argument) else { return 0 }
        return unsafe transfer.takeBody(UnsafeRawBufferPointer(start: bytes, count: count))
    }

    /// CURLOPT_HEADERFUNCTION: called with each complete line of the head, for every hop.
    static let onField: curl_write_callback = { bytes, _, count, argument in
        guard let transfer = unsafe transfer(argument) else { return 0 }
        return unsafe transfer.takeLine(UnsafeRawBufferPointer(start: bytes, count: count))
    }

    /// CURLOPT_OPENSOCKETFUNCTION: called with the address of each connection before it is made.
    static let onSocket: curl_opensocket_callback = { argument, _, address in
        guard let transfer = unsafe transfer(argument), let address = unsafe address else { return CURL_SOCKET_BAD }
        return unsafe transfer.open(address)
    }

    /// CURLOPT_XFERINFOFUNCTION: called at least once a second; a result other than 0 aborts the transfer.
    static let onProgress: curl_xferinfo_callback = { argument, _, _, _, _ in
        unsafe transfer(argument)?.isStopped() == false ? 0 : 1
    }

    private static func transfer(_ argument: UnsafeMutableRawPointer?) -> Transfer? {
        unsafe argument.map { unsafe Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    private func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        let room = policy.maxBodyBytes - body.count
        unsafe body.append(contentsOf: bytes.prefix(room))
        isTruncated = bytes.count > room
        return isTruncated ? bytes.count + 1 : bytes.count
    }

    private func takeLine(_ bytes: UnsafeRawBufferPointer) -> Int {
        fieldBytes += bytes.count
        isMalformed = fieldBytes > Self.maxFieldBytes
        guard !isMalformed else { return bytes.count + 1 }
        // By bytes: a `String` joins a colon or white space and a combining mark after it to one character.
        if unsafe bytes.starts(with: "HTTP/".utf8) {
            fields = [:]
        } else if let colon = unsafe bytes.firstIndex(of: UInt8(ascii: ":")),
            let name = unsafe HTTPField.Name(String(decoding: bytes[..<colon], as: UTF8.self))
        {
            unsafe fields.append(HTTPField(name: name, value: Self.trimmed(bytes[(colon + 1)...])))
        }
        return bytes.count
    }

    private func open(_ target: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        let address = unsafe Self.address(of: target)
        guard let address, policy.addresses.allows(address) else {
            refusal = .refusedAddress(address)
            return CURL_SOCKET_BAD
        }
        return unsafe socket(
            target.pointee.family,
            target.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
            target.pointee.protocol
        )
    }

    /// Returns the address, the last member of the structure, whose size is `addrlen`; nil if it is not IPv4 or IPv6.
    private static func address(of target: UnsafeMutablePointer<curl_sockaddr>) -> IPAddress? {
        guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return nil }
        return unsafe IPAddress(UnsafeRawPointer(target) + offset, count: Int(target.pointee.addrlen))
    }

    /// Removes the white space around a field's value, RFC 9110 §5.5, and the end of the line.
    private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        let blank = " \t\r\n".utf8
        let start = unsafe bytes.firstIndex { !blank.contains($0) } ?? bytes.endIndex
        let end = unsafe bytes.lastIndex { !blank.contains($0) }.map { $0 + 1 } ?? start
        return unsafe String(decoding: bytes[start..<end], as: UTF8.self)
    }
}
