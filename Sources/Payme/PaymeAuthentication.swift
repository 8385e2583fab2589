import Foundation
import Payments
import Synchronization

/// Basic authentication with the cashbox key.
///
/// Source: payme.md 1.2.
final class PaymeAuthentication: Sendable {
    private let login: String
    /// The whole header value that is expected, as bytes; replaced by ChangePassword.
    private let expected: Mutex<[UInt8]>
    private static let scheme = Array("Basic ".utf8)

    init(login: String, key: String) {
        self.login = login
        expected = Mutex(Self.credentials(login, key))
    }

    /// Whether the value of an `Authorization` header is the right one, in constant time.
    func admits(_ header: String?) -> Bool {
        guard let header else { return false }
        var sent = Array(header.utf8)
        guard sent.count > Self.scheme.count else { return false }
        // The word may be written in capitals, and more than one space may follow it.
        for (index, byte) in Self.scheme.enumerated() {
            guard sent[index] | 0x20 == byte | 0x20 else { return false }
            sent[index] = byte
        }
        let spaces = sent[Self.scheme.count...].prefix { $0 == UInt8(ascii: " ") }.count
        sent.removeSubrange(Self.scheme.count..<(Self.scheme.count + spaces))
        return expected.withLock { ConstantTime.areEqual(sent, $0) }
    }

    /// Whether that is the key in use, in constant time.
    func isCurrent(_ key: String) -> Bool {
        let sent = Self.credentials(login, key)
        return expected.withLock { ConstantTime.areEqual(sent, $0) }
    }

    func replace(key: String) {
        let fresh = Self.credentials(login, key)
        expected.withLock { $0 = fresh }
    }

    private static func credentials(_ login: String, _ key: String) -> [UInt8] {
        scheme + Data("\(login):\(key)".utf8).base64EncodedString().utf8
    }
}
