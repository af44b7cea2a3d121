import ArgumentParser
import Box
import FoundationEssentials
import Imaging
import Logging
import Server
import Threads

extension Box {
    /// Where the program of the decoders lies from this one's folder: beside it, as it is built, or as it is installed.
    private static let places = ["portraitd-decoder", "../lib/portraitd/portraitd-decoder"]

    /// The decoders that the settings name, or those that came with this program.
    /// - Throws: `ExitCode` with a reason where there are none.
    static func configured(_ settings: Settings, sharedMemory: Int, logger: Logger) throws(ExitCode) -> Box {
        let path = settings.decoderPath ?? installed
        let report: @Sendable (BoxEvent) -> Void = { log($0, to: logger) }
        do throws(SystemCallError) {
            return try Box(path: path, sharedMemory: sharedMemory, report: report)
        } catch {
            throw ExitCode.configuration.because(
                "Pictures cannot be decoded: \(error). PORTRAITD_DECODER names the program."
            )
        }
    }

    /// Starts the processes and waits for the first, which takes a fraction of a second.
    func begin(logger: Logger) throws {
        try start()
        // Without any there are pictures to show and to delete all the same.
        if !isReady(within: .seconds(10)) { logger.critical("no decoder is ready", metadata: ["seconds": "10"]) }
    }

    private static func log(_ event: BoxEvent, to logger: Logger) {
        switch event {
        case .templateEnded(let cause):
            logger.error("the decoders ended, and are started again", metadata: ["cause": "\(cause)"])
        case .templateFailed(let cause):
            logger.critical("the decoders cannot be started", metadata: ["cause": "\(cause)"])
        case .spareEnded(let cause):
            logger.error("a decoder ended before it had a picture", metadata: ["cause": "\(cause)"])
        }
    }

    private static var installed: String {
        let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = URL(filePath: program ?? "/usr/bin/portraitd").deletingLastPathComponent()
        let paths = places.map { folder.appending(path: $0).path() }
        return paths.first { FileManager.default.isExecutableFile(atPath: $0) } ?? paths[0]
    }
}
