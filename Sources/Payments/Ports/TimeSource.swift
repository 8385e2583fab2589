/// Where the time comes from: milliseconds since 1970 UTC.
///
/// Injected everywhere, so that a test or the sandbox can move twelve hours in an instant.
public struct TimeSource: Sendable {
    private let read: @Sendable () -> Int64

    public init(_ read: @escaping @Sendable () -> Int64) {
        self.read = read
    }

    public var now: Int64 { read() }
}
