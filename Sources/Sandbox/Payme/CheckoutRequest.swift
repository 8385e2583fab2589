import Foundation

/// What a pay link or a pay form asks for.
///
/// Source: payme.md 6.1 (GET), 6.2 (POST).
struct CheckoutRequest: Sendable, Hashable {
    struct Field: Sendable, Hashable {
        let name: String
        let value: String
    }

    let merchant: String
    let account: [Field]
    /// Tiyin.
    var amount: Int64
    var language: Language?
    /// Where the payer returns to: http or https, nothing else.
    var callback: String?
    /// How long the page stays before it returns the payer, milliseconds.
    var callbackDelay: Int64?
    var description: String?

    /// Of a link that names no language. Source: payme.md 6.1.
    static let defaultLanguage = Language.ru
    static let linkBytesMaximum = 4_096

    /// Reads the part of a link behind the host.
    /// - Throws: ``CheckoutError``.
    init(link: String) throws(CheckoutError) {
        guard link.utf8.count <= Self.linkBytesMaximum,
            let decoded = link.removingPercentEncoding.flatMap({ Data(base64Encoded: Self.padded($0)) }),
            let text = String(bytes: decoded, encoding: .utf8)
        else { throw .badField }
        var pairs: [(String, String)] = []
        for part in text.split(separator: ";") {
            guard let equals = part.firstIndex(of: "=") else { throw .badField }
            pairs.append((String(part[..<equals]), String(part[part.index(after: equals)...])))
        }
        let names = ["m": "merchant", "a": "amount", "l": "lang", "c": "callback", "ct": "callback_timeout"]
        try self.init(
            fields: pairs.compactMap { name, value in
                if name.hasPrefix("ac.") { return ("account[\(name.dropFirst(3))]", value) }
                // The sum is in so'm whatever the link says: Payme's list of currencies is not published.
                if name == "cr" { return nil }
                return (names[name] ?? name, value)
            })
    }

    /// Reads the fields of a form.
    /// - Throws: ``CheckoutError``.
    init(fields: [(String, String)]) throws(CheckoutError) {
        var single: [String: String] = [:]
        var account: [Field] = []
        for (name, value) in fields {
            guard value.utf8.count <= 1_024 else { throw .badField }
            if name.hasPrefix("account["), name.hasSuffix("]") {
                account.append(Field(name: String(name.dropFirst(8).dropLast()), value: value))
            } else {
                single[name] = value
            }
        }
        guard let merchant = single["merchant"], !merchant.isEmpty else { throw .unknownMerchant }
        guard (1...8).contains(account.count), account.allSatisfy({ !$0.name.isEmpty && !$0.value.isEmpty }) else {
            throw .badField
        }
        guard let text = single["amount"], text.allSatisfy({ $0.isASCII && $0.isNumber }), let amount = Int64(text)
        else { throw .badField }
        guard amount > 0 else { throw .amountTooSmall }
        self.merchant = merchant
        self.account = account
        self.amount = amount
        language = single["lang"].flatMap(Language.init(rawValue:))
        callback = single["callback"].flatMap(Self.address)
        callbackDelay = single["callback_timeout"].flatMap { Int64($0) }.map { min(max($0, 0), 60_000) }
        let own = single["description[\((language ?? Self.defaultLanguage).rawValue)]"]
        description = (single["description"] ?? own).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The fields of a form that asks for the same.
    var fields: [Field] {
        var fields = [Field(name: "merchant", value: merchant), Field(name: "amount", value: String(amount))]
        fields += account.map { Field(name: "account[\($0.name)]", value: $0.value) }
        if let language { fields.append(Field(name: "lang", value: language.rawValue)) }
        if let callback { fields.append(Field(name: "callback", value: callback)) }
        if let callbackDelay { fields.append(Field(name: "callback_timeout", value: String(callbackDelay))) }
        if let description { fields.append(Field(name: "description", value: description)) }
        return fields
    }

    /// The callback with its placeholders filled in.
    func returnAddress(receipt: String) -> String? {
        guard var text = callback else { return nil }
        for field in account {
            text = text.replacingOccurrences(of: ":account.\(field.name)", with: PercentEncoding.encode(field.value))
        }
        return text.replacingOccurrences(of: ":transaction", with: PercentEncoding.encode(receipt))
    }

    /// What a browser may be sent to: a link that runs a script is none.
    static func address(_ text: String) -> String? {
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x27 && $0 != 0x3B }
        guard isPlain, text.hasPrefix("http://") || text.hasPrefix("https://") else { return nil }
        return text
    }

    /// Libraries leave the padding out now and then.
    private static func padded(_ base64: String) -> String {
        base64 + String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
    }
}
