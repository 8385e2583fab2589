import StrictJSON
import Synchronization

extension YooKassaMerchant {
    /// What the API says, or what the notification says if nobody is asked.
    @discardableResult
    func settle(_ notice: YooKassaNotice, _ body: [UInt8]) async -> Int {
        if has(.races) || has(.eventsRace) {
            guard begin(notice) else { return 500 }
            try? await Task.sleep(for: .milliseconds(400))
            books.withLock { $0.underway[notice.payment] = nil }
        }
        let isSettled = books.withLock { $0.settled[notice.key] != nil }
        guard let client, shouldAsk(notice), !isSettled else {
            books.withLock { $0.settle(notice, notice.object, body) }
            return 200
        }
        switch await client.object(notice) {
        case .found(let object):
            if has(.mismatchCrashes), object["amount"] != notice.object["amount"] { return 500 }
            // A lie, or a snapshot of what is no longer so.
            guard object["status"] == notice.object["status"] else {
                if has(.remembersForgery) { books.withLock { $0.settled[notice.key] = body } }
                return 200
            }
            books.withLock { $0.settle(notice, object, body) }
            return 200
        case .missing: return 200
        case .failed:
            if has(.remembersFailure) { books.withLock { $0.settled[notice.key] = body } }
            return 503
        }
    }

    private func shouldAsk(_ notice: YooKassaNotice) -> Bool {
        if has(.neverAsks) { return false }
        if has(.asksAboutPaymentsAlone), notice.isRefund { return false }
        return !has(.believesCancellation) || notice.event != "payment.canceled"
    }

    /// Whether nobody else works at the payment; the two faults differ in whom they mind.
    private func begin(_ notice: YooKassaNotice) -> Bool {
        books.withLock { books in
            if let other = books.underway[notice.payment] {
                let isSame = other == notice.event
                return has(.races) ? !isSame : isSame
            }
            books.underway[notice.payment] = notice.event
            return true
        }
    }
}

extension YooKassaMerchant.Books {
    mutating func settle(_ notice: YooKassaNotice, _ object: JSONObject, _ body: [UInt8]) {
        if settled[notice.key] == nil { settled[notice.key] = body }
        if notice.isRefund {
            refunds[notice.payment, default: []].insert(notice.id)
        } else if statuses[notice.id] != "succeeded" {
            statuses[notice.id] = object["status"]?.stringValue
        }
    }
}
