import StrictJSON

/// How a payer confirms.
///
/// Source: yookassa.md 6.
struct YooConfirmation: Sendable, Equatable {
    enum Kind: String, CaseIterable {
        case redirect, embedded, qr, external
        case mobileApplication = "mobile_application"

        var needsReturnURL: Bool { self == .redirect || self == .mobileApplication }
    }

    let kind: Kind
    var returnURL: String?
    var locale: String?
    var isEnforced = false

    /// - Parameter kinds: those that are possible here.
    init(_ fields: YooFields, kinds: [Kind] = Kind.allCases) throws(YooProblem) {
        guard let kind = Kind(rawValue: try fields.required("type", 1...64)), kinds.contains(kind) else {
            throw fields.wrong("type", "Confirmation of this type is not possible")
        }
        self.kind = kind
        returnURL = try fields.text("return_url", 1...2_048)
        guard returnURL != nil || !kind.needsReturnURL else {
            throw fields.wrong("return_url", "Return URL is required")
        }
        // A deep link has a scheme of its own.
        guard returnURL?.contains("://") != false else { throw fields.wrong("return_url", "Return URL is not a URL") }
        locale = try fields.text("locale", 1...5)
        guard locale == nil || locale == "ru_RU" || locale == "en_US" else {
            throw fields.wrong("locale", "Locale is ru_RU or en_US")
        }
        isEnforced = try fields.flag("enforce") ?? false
    }

    /// - Parameters:
    ///   - id: of the payment or the method.
    ///   - page: where payers confirm.
    func json(id: String, page: String) -> JSONValue {
        var object: JSONObject = ["type": .string(kind.rawValue)]
        let url = "\(page)?orderId=\(id)"
        switch kind {
        case .redirect, .mobileApplication: object["confirmation_url"] = .string(url)
        case .embedded: object["confirmation_token"] = .string("ct-\(id)")
        case .qr: object["confirmation_data"] = .string(url)
        case .external: break
        }
        if let returnURL { object["return_url"] = .string(returnURL) }
        if isEnforced { object["enforce"] = true }
        return .object(object)
    }
}
