import StrictJSON

extension YooBooks {
    /// Tells the shop how a payment is now.
    mutating func announce(_ event: YooKassaEvent, _ id: String, _ now: Int64) {
        guard let payment = payments[id] else { return }
        tell(event, id, json(payment), payment.shopID, now)
    }

    mutating func announceRefund(_ refund: YooKassaRefund, _ now: Int64) {
        tell(.refundSucceeded, refund.id, refund.json, refund.shopID, now)
    }

    mutating func announceMethod(_ method: YooKassaMethod, _ now: Int64) {
        tell(.methodActive, method.id, method.detailed(page: page), method.shopID, now)
    }

    private mutating func tell(
        _ event: YooKassaEvent, _ id: String, _ object: JSONValue, _ shop: String, _ now: Int64
    ) {
        guard let shop = shops[shop], let url = shop.notificationURL, shop.events.contains(event) else { return }
        let fault = noticeFaults.isEmpty ? conduct.noticeFault : noticeFaults.removeFirst()
        notices.add(
            YooNotice(url: url, event: event.rawValue, objectID: id, object: object, at: now, dueAt: now), fault)
    }
}
