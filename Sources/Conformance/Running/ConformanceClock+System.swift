import Foundation

extension ConformanceClock {
    /// The machine's.
    public static let system = ConformanceClock(
        now: { Int64(Date().timeIntervalSince1970 * 1000) },
        pause: { milliseconds in try await Task.sleep(for: .milliseconds(milliseconds)) })
}
