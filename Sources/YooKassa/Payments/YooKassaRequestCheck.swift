import Foundation
import Payments
import Specification
import StrictJSON

/// What YooKassa would refuse, found before anything is stored.
///
/// Source: yookassa.md 5, 6, 12
struct YooKassaRequestCheck {
    let specification: YooKassaSpecification
    let configuration: YooKassaConfiguration

    /// Keys of the metadata that are ours.
    static let ownMetadata = ["tx", "attempt", "env"]

    /// - Returns: nil: it can be asked for.
    func refusal(of request: YooKassaPaymentRequest) -> YooKassaRefusal? {
        let limits = specification.limits
        if request.amount.minor <= 0 { return .field("amount", rule: "it must be above 0") }
        if !specification.currencies.contains(request.amount.currency.code) {
            return .field("amount.currency", rule: "it is one of \(specification.currencies.joined(separator: ", "))")
        }
        if let text = request.description, !(1...limits.descriptionLength).contains(length(text)) {
            return .field("description", rule: "it has 1 to \(limits.descriptionLength) characters")
        }
        if let id = request.customerID, !(1...limits.customerIDLength).contains(length(id)) {
            return .field("merchant_customer_id", rule: "it has 1 to \(limits.customerIDLength) characters")
        }
        if let refusal = metadata(request.metadata) ?? confirmation(of: request) { return refusal }
        if !request.capture, let method = request.methodType, specification.withoutHold.contains(method) {
            return .field("capture", rule: "payments by \(method) cannot be held")
        }
        return request.receipt.flatMap { receipt($0, of: request.amount) }
    }

    private func length(_ text: String) -> Int { text.unicodeScalars.count }

    private func metadata(_ metadata: [String: String]) -> YooKassaRefusal? {
        let limits = specification.limits
        let own = limits.metadataKeys - Self.ownMetadata.count
        if metadata.count > own { return .field("metadata", rule: "it has \(own) keys at the most") }
        for (key, value) in metadata {
            if Self.ownMetadata.contains(key) {
                return .field("metadata", rule: "\(Self.ownMetadata.joined(separator: ", ")) are taken")
            }
            guard (1...limits.metadataKeyLength).contains(length(key)), length(value) <= limits.metadataValueLength
            else {
                let most = "\(limits.metadataKeyLength) characters, a value \(limits.metadataValueLength)"
                return .field("metadata", rule: "a key has 1 to \(most) at the most")
            }
        }
        return nil
    }

    private func confirmation(of request: YooKassaPaymentRequest) -> YooKassaRefusal? {
        if request.methodID != nil { return nil }
        guard let needsURL = specification.confirmations[request.confirmation] else {
            let known = specification.confirmations.keys.sorted().joined(separator: ", ")
            return .field("confirmation.type", rule: "it is one of \(known)")
        }
        guard let wanted = request.returnURL ?? configuration.returnURL else {
            return needsURL ? .field("confirmation.return_url", rule: "\(request.confirmation) needs one") : nil
        }
        // It is not known yet, and as long as any.
        let url = wanted.replacing("{id}", with: String(repeating: "0", count: YooKassaID.length))
        guard length(url) <= specification.limits.returnURLLength, let parts = URLComponents(string: url),
            parts.scheme != nil, parts.host != nil || request.confirmation == "mobile_application"
        else {
            return .field(
                "confirmation.return_url",
                rule: "it is a URL of \(specification.limits.returnURLLength) characters at the most")
        }
        return nil
    }

    /// The sum rule too: what does not come to the amount is refused there, and the payer waits for nothing.
    func receipt(_ receipt: JSONValue, of amount: Money) -> YooKassaRefusal? {
        let limits = specification.limits
        guard let items = receipt["items"]?.arrayValue, (1...limits.receiptItems).contains(items.count) else {
            return .field("receipt.items", rule: "there are 1 to \(limits.receiptItems)")
        }
        let customer = receipt["customer"]
        guard customer?["email"]?.stringValue?.isEmpty == false || customer?["phone"]?.stringValue?.isEmpty == false
        else { return .field("receipt.customer", rule: "it needs an email or a phone") }
        if let system = receipt["tax_system_code"] {
            guard let code = system.integerValue, (1...limits.taxSystemMaximum).contains(code) else {
                return .field("receipt.tax_system_code", rule: "it is 1 to \(limits.taxSystemMaximum)")
            }
        }
        // Thousandths of a minor unit: a quantity has three decimals.
        var sum: Int64 = 0
        for (index, item) in items.enumerated() {
            let name = "receipt.items[\(index)]"
            guard let text = item["description"]?.stringValue,
                (1...limits.itemDescriptionLength).contains(length(text))
            else {
                return .field("\(name).description", rule: "it has 1 to \(limits.itemDescriptionLength) characters")
            }
            guard let code = item["vat_code"]?.integerValue, (1...limits.vatCodeMaximum).contains(code) else {
                return .field("\(name).vat_code", rule: "it is 1 to \(limits.vatCodeMaximum)")
            }
            guard let price = YooKassaAmount(item["amount"])?.money, price.currency == amount.currency else {
                return .field("\(name).amount", rule: "it is a price in \(amount.currency)")
            }
            guard let quantity = Self.thousandths(item["quantity"]), quantity > 0, quantity <= 99_999_999 else {
                return .field("\(name).quantity", rule: "it is above 0, with 3 decimals at the most")
            }
            let (product, overflow) = price.minor.multipliedReportingOverflow(by: quantity)
            let (next, overflow2) = sum.addingReportingOverflow(product)
            guard !overflow, !overflow2 else { return .field("\(name).amount", rule: "it is too much") }
            sum = next
        }
        // Each line is rounded there: half a minor unit for every line is no difference.
        let (total, overflow) = amount.minor.multipliedReportingOverflow(by: 1_000)
        guard !overflow, abs(sum - total) <= Int64(items.count) * 500 else {
            return .field("receipt.items", rule: "price times quantity must come to \(amount)")
        }
        return nil
    }

    /// `2`, `"2.00"`, `0.125`: exactly, in thousandths.
    private static func thousandths(_ value: JSONValue?) -> Int64? {
        guard let text = value?.numberText ?? value?.stringValue else { return nil }
        let halves = text.split(separator: ".", omittingEmptySubsequences: false)
        guard halves.count <= 2, let whole = Int64(halves[0]), whole >= 0, whole <= 99_999 else { return nil }
        guard halves.count == 2 else { return whole * 1_000 }
        let digits = halves[1]
        let kept = digits.prefix(3)
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
            digits.dropFirst(3).allSatisfy({ $0 == "0" }),
            let part = Int64(kept + String(repeating: "0", count: 3 - kept.count))
        else { return nil }
        return whole * 1_000 + part
    }
}
