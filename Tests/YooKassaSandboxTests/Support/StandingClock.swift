import Foundation
import Synchronization

/// A clock that stands until it is moved; at first it is 2026-11-21 00:00:00 UTC.
final class StandingClock: Sendable {
    private let milliseconds = Mutex<Int64>(1_795_219_200_000)

    var now: Int64 { milliseconds.withLock { $0 } }

    func advance(milliseconds delta: Int64) { milliseconds.withLock { $0 += delta } }
    func advance(seconds: Int64) { advance(milliseconds: seconds * 1_000) }
    func advance(hours: Int64) { advance(seconds: hours * 3_600) }
}

enum Base64 {
    static func encode(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}
