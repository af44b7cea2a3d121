import ArgumentParser
import ProfileImages
import Server

/// Runs what stores much, and turns what ends it into a message for the person who runs the command.
func explaining<Value>(_ body: () throws -> Value) throws -> Value {
    do {
        return try body()
    } catch let error as StoreError {
        let problem = Problem(error)
        throw ExitCode.failure.because("\(problem.cause ?? problem.detail)\nRun it anew to go on from here.")
    }
}
