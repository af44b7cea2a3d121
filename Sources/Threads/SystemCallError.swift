internal import Glibc

/// A system call that failed, by its name and errno(3).
package struct SystemCallError: Error, Equatable, CustomStringConvertible {
    package let call: String
    package let code: Int32

    /// What errno(3) says now about `call`.
    package init(_ call: String) {
        self.init(call, code: errno)
    }

    package init(_ call: String, code: Int32) {
        self.call = call
        self.code = code
    }

    package var description: String {
        // glibc's strerror is safe among threads since 2.32.
        unsafe "\(call): \(String(cString: strerror(code)))"
    }
}
