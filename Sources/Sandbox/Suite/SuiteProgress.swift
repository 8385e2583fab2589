/// How far the conformance suite is.
struct SuiteProgress: Sendable {
    enum Stage: String, Sendable {
        case idle, running, finished, failed
    }

    var stage = Stage.idle
    var gateway = ConformanceDesk.Suite.payme
    var total = 0
    var done = 0
    var passed = 0
    var noted = 0
    var missed = 0
    var skipped = 0
    /// The scenario that runs now.
    var current = ""
    /// Titles of the scenarios that were missed.
    var misses: [String] = []
    /// Why the run ended before its time.
    var problem: String?
    var milliseconds: Int64 = 0
}
