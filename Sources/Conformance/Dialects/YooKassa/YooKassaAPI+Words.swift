import StrictJSON
import Synchronization

extension YooKassaAPI {
    /// How long a call to a wrong path may take to come.
    private static let strayPatience = Duration.milliseconds(800)

    /// What a word of the harness does, and what it is answered.
    func hear(_ word: YooKassaWord, _ members: JSONObject) async -> PlayedAnswer {
        let object = members["object"]?.objectValue ?? [:]
        let id = object["id"]?.stringValue ?? ""
        switch word {
        case .knows:
            let isRefund = members["event"]?.stringValue?.hasPrefix("refund.") == true
            books.withLock { books in
                if isRefund { books.refunds[id] = object } else { books.payments[id] = object }
            }
        case .forget:
            books.withLock { books in
                books.asked = []
                books.strays = 0
                books.strangers = 0
            }
        case .fails, .refuses, .busy, .hangs, .garbles:
            books.withLock { books in
                books.fault = word
                books.isMet = false
            }
        case .up:
            // An endpoint that answers first and asks then would not notice that anything was wrong.
            await wait(patience) { $0.isMet }
            mend()
        case .asked:
            let names = [id, object["payment_id"]?.stringValue].compactMap(\.self)
            // An endpoint may answer first, and ask then.
            guard await wait(patience, until: { books in names.contains(where: books.asked.contains) }) else {
                return .empty(408)
            }
        case .tidy:
            if await wait(min(patience, Self.strayPatience), until: { $0.strays > 0 }) { return .empty(409) }
        case .recognised:
            guard await wait(patience, until: { !$0.asked.isEmpty || $0.strangers > 0 }) else { return .empty(408) }
            if books.withLock({ $0.strangers > 0 }) { return .empty(401) }
        }
        return .empty(200)
    }
}
