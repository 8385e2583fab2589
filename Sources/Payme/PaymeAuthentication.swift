import Foundation
import Payments
import Synchronization

/// Basic authentication with the cashbox key.
///
/// Source: payme.md 1.2.
final class PaymeAuthentication: Sendable {
    private let login: String
    /// What follows the word `Basic`, as bytes; replaced by ChangePassword.
    private let expected: Mutex<[UInt8]>

    init(login: String, key: String) {
        self.login = login
        expected = Mutex(Self.credentials(login, key))
    }

    /// Whether the value of an `Authorization` header is the right one, in constant time.
    func admits(_ header: String?) -> Bool {
        guard let header else { return false }
        let parts = header.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "basic" else { return false }
        let sent = Array(parts[1].drop { $0 == " " }.utf8)
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
        Array(Data("\(login):\(key)".utf8).base64EncodedString().utf8)
    }
}
