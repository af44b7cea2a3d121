/// Why the body of a request was not delivered.
package enum FastCGIBodyError: Error, Equatable {
    /// CONTENT_LENGTH is not a decimal number (RFC 3875 §4.1.2).
    case invalidLength(String)
    /// CONTENT_LENGTH is over the limit; nothing was read.
    case tooLarge(announced: Int, limit: Int)
    /// The stream broke off before its end: the web server or its client went away, or aborted the request.
    case tooShort(received: Int, announced: Int)
    /// More bytes came than CONTENT_LENGTH said.
    case tooLong(announced: Int)
    /// The web server sent nothing for the length of the server's timeout.
    case timedOut(received: Int, announced: Int)
}
