import Glibc
import SystemPackage

extension FileObjectStore {
    /// What is free for others than root: statvfs(3).
    package var freeBytes: Int? {
        var space = statvfs()
        guard unsafe statvfs(root.string, &space) == 0 else { return nil }
        return Int(space.f_bavail) * Int(space.f_frsize)
    }
}
