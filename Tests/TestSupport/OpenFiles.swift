import Foundation

/// A crowd of connections, both ends in one process, needs more descriptors than the usual soft limit.
public enum OpenFiles {
    public static func raiseLimit() {
        var limit = rlimit()
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        guard getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, 20_000)
        _ = setrlimit(resource, &limit)
    }
}
