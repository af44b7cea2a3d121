import ArgumentParser
import ProfileImages

/// Runs what stores much, and turns what ends it into a message for the person who runs the command.
func explaining<Value>(_ body: () throws -> Value) throws -> Value {
    do {
        return try body()
    } catch let error as StoreError {
        throw ExitCode.failure.because("\(error)\nRun it anew to go on from here.")
    }
}
