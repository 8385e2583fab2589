import Crypto
import Specification
import StrictJSON

/// The right signature, and the wrong ones.
enum SignatureVariant: String, Sendable, CaseIterable {
    case valid
    /// No `sign_string` at all.
    case missing
    case empty
    /// Of another secret key.
    case wrongKey = "wrong_key"
    /// Of an empty secret key.
    case emptyKey = "empty_key"
    case lastDigit = "last_digit"
    case upperCase = "upper_case"
    case truncated
    case padded

    /// What a report shows instead.
    var words: String {
        switch self {
        case .valid: "signature"
        case .missing: "no signature"
        case .empty: "empty signature"
        case .wrongKey: "signature with another key"
        case .emptyKey: "signature with an empty key"
        case .lastDigit: "signature with another last digit"
        case .upperCase: "signature in upper case"
        case .truncated: "signature without its last digit"
        case .padded: "signature and one digit more"
        }
    }
}

/// Signs calls as Click does: MD5 over the texts of some fields and the secret key, put together as they are sent.
struct ClickSigner: Sendable {
    let key: String

    /// - Parameters:
    ///   - parts: what is hashed, in order
    ///   - text: the text of a field as it is sent; nil if it is not sent
    /// - Returns: what is sent as `sign_string`; nil for nothing
    func signature(
        _ variant: SignatureVariant, _ parts: [ClickSpecification.SignaturePart], text: (String) -> String?
    ) -> String? {
        switch variant {
        case .missing: nil
        case .empty: ""
        case .valid: digest(parts, key, text)
        case .wrongKey: digest(parts, String(key.reversed()) + "x", text)
        case .emptyKey: digest(parts, "", text)
        case .lastDigit:
            digest(parts, key, text).dropLast() + (digest(parts, key, text).last == "0" ? "1" : "0")
        case .upperCase: digest(parts, key, text).uppercased()
        case .truncated: String(digest(parts, key, text).dropLast())
        case .padded: digest(parts, key, text) + "0"
        }
    }

    private func digest(
        _ parts: [ClickSpecification.SignaturePart], _ key: String, _ text: (String) -> String?
    ) -> String {
        var hash = Insecure.MD5()
        for part in parts {
            switch part {
            case .secret: hash.update(data: Array(key.utf8))
            case .field(let name): hash.update(data: Array((text(name) ?? "").utf8))
            // The SHOP API has no params.
            case .params: break
            }
        }
        let digits = Array("0123456789abcdef")
        return String(hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
