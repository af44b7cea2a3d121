import Glibc
package import SystemPackage

extension FilePath {
    /// Gives the file another name in one step, whether that name is taken or not: rename(2). FileManager refuses one that
    /// is taken.
    package func rename(to target: FilePath) throws {
        guard unsafe Glibc.rename(string, target.string) == 0 else { throw Errno(rawValue: errno) }
    }
}
