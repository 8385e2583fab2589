import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import StrictJSON
import Synchronization

/// A shop that hears of PIX payments, and asks its bank before it believes them.
final class PixMerchant: Sendable {
    static let key = "loja@example.com"
    static let path = "/hook"
    static let amount: Int64 = 15_010

    private struct Books {
        /// Payments that are settled, by what they are known by.
        var seen: [String: String] = [:]
        var paid: [String: String] = [:]
        var underway: Set<String> = []
        var isStunned = false
    }

    private let books = Mutex(Books())
    private let faults: Set<PixFault>
    let txids: Set<String>
    /// nil: it believes everybody.
    private let bankURL = Mutex<String?>(nil)

    init(faults: Set<PixFault>, txids: [String]) {
        self.faults = faults
        self.txids = Set(txids)
    }

    func ask(_ bankURL: String) { self.bankURL.withLock { $0 = bankURL } }

    func has(_ fault: PixFault) -> Bool { faults.contains(fault) }

    /// - Returns: the HTTP status.
    func answer(_ method: String, _ path: String, contentType: String?, _ body: [UInt8]) async -> Int {
        guard path == Self.path + "/pix" || (path == Self.path && !has(.noBasePath)) else { return 404 }
        if books.withLock({ $0.isStunned }) { return 500 }
        guard method == "POST" else { return has(.takesGet) ? 200 : 405 }
        if body.count > 2 << 20 {
            if has(.largeBodyStuns) { books.withLock { $0.isStunned = true } }
            return 413
        }
        if has(.wantsBareContentType), contentType != "application/json" { return 415 }
        let items: [JSONValue]
        switch read(body) {
        case .success(let list): items = list
        case .failure(let refusal): return refusal.status
        }
        if has(.emptyCrashes), items.isEmpty { return 500 }
        if has(.takesFew), items.count > 5 { return 413 }
        if has(.malformedSpoilsBatch), items.contains(where: { $0.objectValue == nil }) { return 400 }
        let ids = items.compactMap { $0["endToEndId"]?.stringValue }
        if has(.duplicateInBatchCrashes), Set(ids).count < ids.count { return 500 }
        for item in items {
            let status = await take(item, of: items.count)
            if status != 200 { return status }
        }
        return 200
    }

    private struct Refusal: Error {
        let status: Int
    }

    private func read(_ body: [UInt8]) -> Result<[JSONValue], Refusal> {
        if has(.emptyBodyCrashes), body.isEmpty { return .failure(Refusal(status: 500)) }
        if has(.brokenTextCrashes), body.contains(0xFF) { return .failure(Refusal(status: 500)) }
        if has(.deepCrashes), body.count(where: { $0 == UInt8(ascii: "[") }) > 1_000 {
            return .failure(Refusal(status: 500))
        }
        guard let value = try? JSONValue(parsing: body) else {
            return .failure(Refusal(status: has(.brokenJSONCrashes) ? 500 : 400))
        }
        if let array = value.arrayValue {
            return has(.refusesArray) ? .failure(Refusal(status: 400)) : .success(array)
        }
        guard let list = value["pix"]?.arrayValue else {
            return .failure(Refusal(status: has(.noListCrashes) ? 500 : 400))
        }
        return has(.refusesStandard) && !list.isEmpty ? .failure(Refusal(status: 400)) : .success(list)
    }

    private func take(_ item: JSONValue, of count: Int) async -> Int {
        guard let id = item["endToEndId"]?.stringValue else { return 200 }
        if let crash = crash(item, id, of: count) { return crash }
        guard let txid = item["txid"]?.stringValue, txids.contains(txid),
            item["chave"].map({ $0.stringValue == Self.key }) ?? true
        else {
            return remember(id, nil, isRepeat: item["devolucoes"] == nil)
        }
        if has(.races) {
            guard books.withLock({ $0.underway.insert(id).inserted }) else { return 500 }
            try? await Task.sleep(for: .milliseconds(400))
            _ = books.withLock { $0.underway.remove(id) }
        }
        let isKnown = books.withLock { $0.seen[id] != nil }
        if has(.remembersFailure) { _ = remember(id, nil, isRepeat: false) }
        let isPlausible = item["valor"]?.stringValue == "150.10"
        if !isKnown, !has(.neverAsks), !(has(.believesRightAmounts) && isPlausible),
            let bankURL = bankURL.withLock({ $0 })
        {
            guard await isAnswered("\(bankURL)/pix/v2/cob/\(txid)") else { return 503 }
        }
        return remember(id, txid, isRepeat: item["devolucoes"] == nil)
    }

    private func isAnswered(_ url: String) async -> Bool {
        let answer = try? await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(10))
        return answer?.status == .ok
    }

    private func remember(_ id: String, _ txid: String?, isRepeat: Bool) -> Int {
        books.withLock { books in
            let name = has(.ignoresCase) ? id.lowercased() : id
            if let before = books.seen[name] {
                if before != id { return 409 }
                if has(.secondIsConflict), isRepeat { return 409 }
            }
            books.seen[name] = id
            guard let txid else { return 200 }
            if has(.secondPaymentRefused), let other = books.paid[txid], other != id { return 409 }
            books.paid[txid] = id
            return 200
        }
    }

    func isSeen(_ id: String) -> Bool { books.withLock { $0.seen[id] != nil } }
}
