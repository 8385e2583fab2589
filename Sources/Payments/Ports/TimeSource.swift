/// Where the time comes from: milliseconds since 1970 UTC.
///
/// Injected everywhere, so that a test or the sandbox can move twelve hours in an instant.
public struct TimeSource: Sendable {
    private let read: @Sendable () -> Int64

    /// - Parameter read: answers milliseconds since 1970 UTC; called from any thread.
    public init(_ read: @escaping @Sendable () -> Int64) {
        self.read = read
    }

    /// Milliseconds since 1970 UTC, at this moment.
    public var now: Int64 { read() }
}
