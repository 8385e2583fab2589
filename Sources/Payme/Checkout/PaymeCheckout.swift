import Foundation
public import Payments

/// Where a payer goes to pay: a link, or a form.
///
/// Neither is signed: what the payer could change in it is compared with the order when Payme calls.
///
/// Source: payme.md 6.1 (GET), 6.2 (POST).
public struct PaymeCheckout: Sendable, Hashable {
    /// The language of Payme's page.
    public enum Language: String, Sendable, CaseIterable {
        /// Russian, Uzbek, English. Without a choice Payme shows Russian.
        case ru, uz, en
    }

    /// The host, without a slash at the end.
    public var checkoutURL: String
    /// The cashbox id.
    public var merchantID: String
    /// The fields of the account, in their order: `order_id` and its value.
    public var account: [AdditionalField]
    /// Tiyin, above 0; it is not checked here.
    public var amount: Int64
    /// The language of Payme's page; nil: Payme's default, Russian.
    public var language: Language?
    /// Where the payer returns to; may hold `:transaction` and `:account.FIELD`.
    public var returnURL: String?
    /// How long Payme waits before it returns the payer, milliseconds.
    public var returnDelayMilliseconds: Int64?
    /// POST only: what the payer reads.
    public var description: String?
    /// POST only: the fiscal `detail`, JSON text.
    public var detail: String?

    /// - Parameters:
    ///   - checkoutURL: without a slash at the end.
    ///   - account: the field names as the cashbox has them, with their values.
    ///   - amount: tiyin.
    ///   - returnDelayMilliseconds: nil: Payme's default.
    ///   - detail: JSON text.
    public init(
        checkoutURL: String = PaymeConfiguration.productionCheckout, merchantID: String,
        account: [AdditionalField], amount: Int64, language: Language? = nil, returnURL: String? = nil,
        returnDelayMilliseconds: Int64? = nil, description: String? = nil, detail: String? = nil
    ) {
        self.checkoutURL = checkoutURL
        self.merchantID = merchantID
        self.account = account
        self.amount = amount
        self.language = language
        self.returnURL = returnURL
        self.returnDelayMilliseconds = returnDelayMilliseconds
        self.description = description
        self.detail = detail
    }

    /// The link: the host, and the fields in Base64.
    ///
    /// `description` and `detail` are not in it, for this format has no place for them.
    ///
    /// Source: payme.md 6.1.
    /// - Throws: ``PaymeCheckoutError`` for a semicolon in a value, and for that or an equals sign in a name: this
    ///   format cannot carry them.
    public func link() throws -> String {
        var pairs = [("m", merchantID)]
        pairs += account.map { ("ac.\($0.name)", $0.value) }
        pairs.append(("a", String(amount)))
        if let language { pairs.append(("l", language.rawValue)) }
        if let returnURL { pairs.append(("c", returnURL)) }
        if let returnDelayMilliseconds { pairs.append(("ct", String(returnDelayMilliseconds))) }
        for (name, value) in pairs {
            if name.contains(where: { $0 == ";" || $0 == "=" }) {
                throw PaymeCheckoutError(
                    "the name '\(name)' holds a semicolon or an equals sign, which a pay link cannot carry")
            }
            if value.contains(";") {
                throw PaymeCheckoutError("the value of '\(name)' holds a semicolon, which a pay link cannot carry")
            }
        }
        let text = pairs.map { "\($0)=\($1)" }.joined(separator: ";")
        return checkoutURL + "/" + Data(text.utf8).base64EncodedString()
    }

    /// The fields of a form that is sent to ``checkoutURL`` by POST, in their order. Values are not escaped for HTML.
    ///
    /// Source: payme.md 6.2.
    public func formFields() -> [AdditionalField] {
        var fields = [AdditionalField("merchant", merchantID), AdditionalField("amount", String(amount))]
        fields += account.map { AdditionalField("account[\($0.name)]", $0.value) }
        if let language { fields.append(AdditionalField("lang", language.rawValue)) }
        if let returnURL { fields.append(AdditionalField("callback", returnURL)) }
        if let returnDelayMilliseconds {
            fields.append(AdditionalField("callback_timeout", String(returnDelayMilliseconds)))
        }
        if let description { fields.append(AdditionalField("description", description)) }
        if let detail { fields.append(AdditionalField("detail", Data(detail.utf8).base64EncodedString())) }
        return fields
    }
}

/// A pay link cannot be made of these values.
public struct PaymeCheckoutError: Error, Sendable, CustomStringConvertible {
    /// One clause that names the field at fault.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
