import Crypto
import Payments
import Specification

/// The MD5 that Click signs its calls with.
///
/// Source: click.md 1.3.
struct ClickSignature: Sendable {
    private let secret: [UInt8]

    /// - Parameter secret: the service's SECRET_KEY.
    init(secret: String) {
        self.secret = Array(secret.utf8)
    }

    /// What those parts hash to, lower-case hexadecimal.
    ///
    /// - Parameters:
    ///   - text: the raw text of a field, as it came; nil counts as empty.
    ///   - params: the values of all members of `params`, put together.
    func digest(
        _ parts: [ClickSpecification.SignaturePart], params: String = "", text: (String) -> String?
    ) -> [UInt8] {
        var hash = Insecure.MD5()
        for part in parts {
            switch part {
            case .secret: hash.update(data: secret)
            case .params: hash.update(data: Array(params.utf8))
            case .field(let name): if let value = text(name) { hash.update(data: Array(value.utf8)) }
            }
        }
        return Hexadecimal.lowercase(hash.finalize())
    }

    /// Whether that is the signature of those parts, in constant time.
    func admits(
        _ sent: String, _ parts: [ClickSpecification.SignaturePart], params: String = "", text: (String) -> String?
    ) -> Bool {
        ConstantTime.areEqual(Array(sent.utf8), digest(parts, params: params, text: text))
    }
}

/// Bytes as text.
enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    static func lowercase(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }
}
