import HTTPTypes
import Imaging
@testable import Server
import Testing

/// The answers to refused pictures.
@Suite struct ImageProblemTests {
    private static let problems: [(ImageError, status: Int, code: String, found: String?, limit: Int?)] = [
        (.tooWide(width: 20_000, limit: 16_384), 413, "too-wide", "20000", 16_384),
        (.tooHigh(height: 20_000, limit: 16_384), 413, "too-high", "20000", 16_384),
        (.tooManyPixels(width: 9000, height: 8000, limit: 64_000_000), 413, "too-many-pixels", "9000x8000", 64_000_000),
        (.tooManyFrames(found: 1001, limit: 1000), 413, "too-many-frames", "1001", 1000),
        (.tooLong(width: 2100, height: 100, limit: 20), 422, "too-long", "2100x100", 20),
        (.tooMuchMemory(needed: 300, limit: 200), 422, "too-much-memory", "300", 200),
        (.tooMuchWork(seconds: 10), 422, "too-much-work", nil, 10),
        (.busy, 503, "busy", nil, nil),
        (.noDecoder, 503, "no-decoder", nil, nil),
        (.tooMuchMemory(needed: nil, limit: 200), 422, "too-much-memory", nil, 200),
        (.decoderCrashed(.png, reason: "x"), 422, "decoder-crashed", "image/png", nil),
        (.outOfMemory, 503, "out-of-memory", nil, nil),
    ]

    @Test(arguments: problems)
    func `the refusal names the found and the allowed value`(
        _ error: ImageError,
        _ status: Int,
        _ code: String,
        _ found: String?,
        _ limit: Int?
    ) {
        let problem = Problem(error)
        #expect(problem.status.code == status)
        #expect(problem.code == code)
        #expect(problem.found == found)
        #expect(problem.limit == limit)
        if let limit { #expect(problem.detail.contains(String(limit))) }
        // RFC 9110 §10.2.3: Retry-After only if a retry can succeed.
        #expect((problem.headerFields[.retryAfter] != nil) == (status == 503))
    }
}
