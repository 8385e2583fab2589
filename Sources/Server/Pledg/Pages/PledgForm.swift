import Crypto
import Foundation
import Hummingbird

/// The fields of a form, as a browser sends them.
struct PledgForm: Sendable {
    private let pairs: [(name: String, value: String)]

    static let bytesMaximum = 32_768
    private static let fieldsMaximum = 80

    /// Nil for what no form of ours sends.
    init?(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        let parts = text.split(separator: "&")
        guard parts.count <= Self.fieldsMaximum else { return nil }
        var pairs: [(String, String)] = []
        for part in parts {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(halves[0]), let value = Self.decoded(halves.count == 2 ? halves[1] : "")
            else { return nil }
            pairs.append((name, value))
        }
        self.pairs = pairs
    }

    /// The first value of a field; empty if there is none.
    subscript(name: String) -> String { pairs.first { $0.name == name }?.value ?? "" }

    /// Every value of a field, in the order of the page.
    func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

    private static func decoded(_ text: Substring) -> String? {
        String(text.map { $0 == "+" ? " " : $0 }).removingPercentEncoding
    }
}

/// A seal on every form: a page of ours, opened by this very link within the last two days, has it, and nothing else
/// does. No cookie goes with a link; this keeps programs that follow links and buttons blindly from pressing one.
///
/// Source: pledg.md 7
struct PledgSeal: Sendable {
    private let key: SymmetricKey

    private static let hour: Int64 = 3_600_000
    private static let hours: Int64 = 48

    /// - Parameter secret: 16 bytes or more.
    init(secret: [UInt8]) {
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret), info: Array("pledg form".utf8), outputByteCount: 32)
    }

    /// - Parameter now: milliseconds since 1970.
    func make(_ token: String, _ kind: PledgPages.Kind, now: Int64) -> String {
        let hour = now / Self.hour
        return "\(hour)." + Self.text(code(token, kind, hour))
    }

    /// - Parameter now: milliseconds since 1970.
    func isGood(_ seal: String, _ token: String, _ kind: PledgPages.Kind, now: Int64) -> Bool {
        let parts = seal.split(separator: ".", omittingEmptySubsequences: false)
        guard seal.utf8.count < 100, parts.count == 2, let hour = Int64(parts[0]),
            (0...Self.hours).contains(now / Self.hour - hour)
        else { return false }
        let wanted = Array(Self.text(code(token, kind, hour)).utf8)
        let given = Array(parts[1].utf8)
        guard wanted.count == given.count else { return false }
        return zip(wanted, given).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private func code(_ token: String, _ kind: PledgPages.Kind, _ hour: Int64) -> [UInt8] {
        let text = "\(kind.rawValue) \(hour) \(token)"
        return Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
    }

    private static func text(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
