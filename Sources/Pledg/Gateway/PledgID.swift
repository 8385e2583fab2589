import Crypto
import Foundation

/// Ids that nobody guesses, and tokens of links.
enum PledgID {
    /// Orders of this gateway begin so; merchants' lists can tell them apart.
    static let orderPrefix = "pledg-"

    static func purchase() -> String { "pur_" + make(26) }
    static func share() -> String { make(20) }
    static func order() -> String { orderPrefix + make(20) }
    static func movement() -> String { "mov_" + make(26) }
    static func mail() -> String { "mail_" + make(26) }
    /// 192 bits from the system's secure generator.
    static func nonce() -> String { text((0..<24).map { _ in UInt8.random(in: .min ... .max, using: &generator) }) }

    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")

    private static var generator: SystemRandomNumberGenerator {
        get { SystemRandomNumberGenerator() }
        set {}
    }

    private static func make(_ count: Int) -> String {
        String((0..<count).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] })
    }

    /// Base64 that a URL takes as it is.
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// SHA-256, in hexadecimal digits.
    static func hash(_ text: String) -> String {
        SHA256.hash(data: Array(text.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
