import ArgumentParser
import Storage

extension ParsableCommand {
    /// Turns what goes wrong at start-up into a message for the person who starts the service.
    func start<Value>(_ step: () throws -> Value) throws -> Value {
        do {
            return try step()
        } catch let error as ExitCode {
            throw error
        } catch let error as SchemaError {
            throw ExitCode.configuration.because(error.description)
        } catch {
            throw ExitCode.failure.because("\(error)")
        }
    }
}
