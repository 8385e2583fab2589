/// A call whose fields have their types.
struct ClickCall {
    let form: ClickFormReader
    let clickID: String
    let service: Int64
    let order: String
    let amount: String
    let action: Int64
    let error: Int64
    /// nil if it is not sent, or empty.
    let prepareID: Int64?

    private static let signed = [
        "click_trans_id", "service_id", "merchant_trans_id", "amount", "action", "error", "sign_time", "sign_string",
    ]

    init(_ form: ClickFormReader, _ faults: Set<ClickFault>) throws {
        self.form = form
        if form.hasDuplicates { throw ClickCode.request }
        let optional: Set<String> = faults.contains(.skipsMissingSignature) ? ["sign_string"] : []
        for name in Self.signed where form[name] == nil && !optional.contains(name) {
            guard faults.contains(.missingIsEmpty) else { throw ClickCode.request }
        }
        for name in ["click_paydoc_id", "error_note"] where form[name] == nil {
            throw faults.contains(.unsignedMissingCrashes) ? ClickCode.failure : .request
        }
        if faults.contains(.wantsFieldsInOrder), form.fields.first?.name != "click_trans_id" { throw ClickCode.request }
        clickID = form["click_trans_id"] ?? ""
        let idIsNumber = Int64(clickID) != nil || clickID.isEmpty && faults.contains(.missingIsEmpty)
        guard idIsNumber else { throw faults.contains(.oddIDsCrash) ? ClickCode.failure : .request }
        service = Int64(form["service_id"] ?? "") ?? 0
        let text = form["merchant_trans_id"] ?? ""
        if faults.contains(.oddOrdersCrash), text.contains(where: { !$0.isASCII }) { throw ClickCrash() }
        order = faults.contains(.cutsAtNUL) ? String(text.prefix { $0 != "\0" }) : text
        amount = form["amount"] ?? ""
        action = try Self.number(form["action"], isLoose: faults.contains(.actionReadLoosely))
        let isLoose = faults.contains(.errorReadLoosely) || faults.contains(.missingIsEmpty)
        error = try Self.number(form["error"], isLoose: isLoose)
        if error > 0 { throw faults.contains(.positiveErrorCrashes) ? ClickCode.failure : .request }
        if let text = form["merchant_prepare_id"], !text.isEmpty {
            // The number is in front where ids are texts.
            guard let number = Int64(text.prefix { $0.isNumber }) else { throw ClickCode.request }
            prepareID = number
        } else {
            prepareID = nil
        }
    }

    /// As weakly typed languages do, a text that is no number is 0.
    private static func number(_ text: String?, isLoose: Bool) throws -> Int64 {
        if let number = text.flatMap({ Int64($0) }) { return number }
        guard isLoose else { throw ClickCode.request }
        return 0
    }
}

/// Reads sums.
enum ClickAmount {
    /// Tiyin, of at most two decimals; nil for anything else.
    static func exact(_ text: String) -> Int64? {
        let sides = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let isNumber = sides.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } }
        guard isNumber, let sums = sides.first, sums.count <= 15, sides.count == 1 || sides[1].count <= 2 else {
            return nil
        }
        let decimals = sides.count == 1 ? "" : sides[1]
        return Int64(sums + decimals + String(repeating: "0", count: 2 - decimals.count))
    }
}
