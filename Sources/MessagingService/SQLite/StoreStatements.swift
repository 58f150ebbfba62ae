/// The statements of a store, prepared once.
struct StoreStatements {
  let begin: Statement
  let commit: Statement
  let rollback: Statement
  let reserve: Statement
  let setClean: Statement
  let probe: Statement
  let pageCount: Statement
  let freeCount: Statement

  let client: Statement
  let clientByRow: Statement
  let insertClient: Statement
  let updateClient: Statement
  let deleteClient: Statement
  let nextClients: Statement

  let insertMessage: Statement
  let findID: Statement
  let message: Statement
  let summary: Statement
  let deleteMessage: Statement
  let deleteReceived: Statement
  let deleteSent: Statement
  let deletePair: Statement
  let inbox: Statement
  let waiting: Statement
  let countInbox: Statement
  let countSent: Statement
  let lastReceived: Statement
  let lastSent: Statement
  let received: Statement
  let sent: Statement
  let between: Statement
  let lastMessage: Statement
  let firstAfter: Statement
  let oldest: Statement
  let tail: Statement
  let indexing: [Statement]
  let indexed: Statement
  let setIndexed: Statement

  let setDelivered: Statement
  let setRead: Statement
  let progress: Statement
  let news: Statement
  let clearNews: Statement
  let deleteReceipts: Statement
  let addGap: Statement
  let gaps: Statement
  let clearGaps: Statement
  let deleteGaps: Statement
  let nextPart: Statement
  let firstOfPart: Statement
  let endOfPart: Statement
  let deleteIDs: Statement
  let nextIDs: Statement

  init(on database: Database) throws(SQLiteError) {
    func prepare(_ sql: String) throws(SQLiteError) -> Statement {
      try Statement(sql, on: database)
    }
    begin = try prepare("BEGIN IMMEDIATE")
    commit = try prepare("COMMIT")
    rollback = try prepare("ROLLBACK")
    reserve = try prepare("UPDATE meta SET value = ?1 WHERE name = 'reserved'")
    setClean = try prepare("UPDATE meta SET value = ?1 WHERE name = 'clean'")
    probe = try prepare("UPDATE meta SET value = value + 1 WHERE name = 'probe'")
    pageCount = try prepare("PRAGMA page_count")
    freeCount = try prepare("PRAGMA freelist_count")

    client = try prepare("SELECT client, received, offered, erased FROM clients WHERE name = ?1")
    clientByRow = try prepare(
      "SELECT name, received, offered, erased FROM clients WHERE client = ?1"
    )
    insertClient = try prepare("INSERT INTO clients (name) VALUES (?1)")
    updateClient = try prepare(
      "UPDATE clients SET received = ?2, offered = ?3, erased = ?4 WHERE client = ?1"
    )
    deleteClient = try prepare(
      """
      DELETE FROM clients WHERE client = ?1
      AND NOT EXISTS (SELECT 1 FROM sent WHERE sender = ?1)
      AND NOT EXISTS (SELECT 1 FROM inbox WHERE target = ?1)
      AND NOT EXISTS (SELECT 1 FROM gaps WHERE target = ?1)
      """
    )
    nextClients = try prepare(
      """
      SELECT client, name, max(received, erased) FROM clients WHERE client > ?1
      ORDER BY client LIMIT ?2
      """
    )

    insertMessage = try prepare(
      """
      INSERT INTO messages (seq, at, sender, target, form, key, digest, id, mime, name, body)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
      """
    )
    findID = try prepare("SELECT seq, at, digest FROM ids WHERE part = ?1 AND key = ?2")
    let columns = "seq, at, sender, target, form, id, mime, name, length(body)"
    message = try prepare("SELECT \(columns), body FROM messages WHERE seq = ?1")
    summary = try prepare(
      "SELECT \(columns), iif(form = 4, x'', body) FROM messages WHERE seq = ?1"
    )
    deleteMessage = try prepare("DELETE FROM messages WHERE seq = ?1")
    deleteReceived = try prepare("DELETE FROM inbox WHERE target = ?1 AND seq = ?2")
    deleteSent = try prepare("DELETE FROM sent WHERE sender = ?1 AND seq = ?2")
    deletePair = try prepare("DELETE FROM pairs WHERE sender = ?1 AND target = ?2 AND seq = ?3")
    inbox = try prepare(
      """
      SELECT seq, sender, length(body) FROM inbox JOIN messages USING (seq)
      WHERE inbox.target = ?1 AND inbox.seq > ?2 AND inbox.seq <= ?3 ORDER BY inbox.seq
      """
    )
    waiting = try prepare(
      """
      SELECT count(*), sum(length(body)) FROM inbox JOIN messages USING (seq)
      WHERE inbox.target = ?1 AND inbox.seq > ?2
      """
    )
    countInbox = try prepare("SELECT count(*) FROM inbox WHERE target = ?1 AND seq > ?2")
    countSent = try prepare("SELECT count(*) FROM sent WHERE sender = ?1 AND seq > ?2")
    lastReceived = try prepare(
      "SELECT seq FROM inbox WHERE target = ?1 ORDER BY seq DESC LIMIT 1"
    )
    lastSent = try prepare("SELECT seq FROM sent WHERE sender = ?1 ORDER BY seq DESC LIMIT 1")
    received = try prepare("SELECT seq FROM inbox WHERE target = ?1 AND seq > ?2 ORDER BY seq")
    sent = try prepare("SELECT seq FROM sent WHERE sender = ?1 AND seq > ?2 ORDER BY seq")
    between = try prepare(
      """
      SELECT seq FROM pairs WHERE sender = ?1 AND target = ?2 AND seq > ?3 AND seq < ?4
      ORDER BY seq DESC LIMIT ?5
      """
    )
    lastMessage = try prepare("SELECT seq FROM messages ORDER BY seq DESC LIMIT 1")
    firstAfter = try prepare(
      "SELECT seq FROM messages WHERE seq > ?1 AND at > ?2 ORDER BY seq LIMIT 1"
    )
    oldest = try prepare(
      """
      SELECT seq, at, sender, target, length(body) FROM messages WHERE seq > ?1
      ORDER BY seq LIMIT ?2
      """
    )
    tail = try prepare(
      """
      SELECT seq, at, sender, target, length(body), key, digest FROM messages
      WHERE seq > ?1 ORDER BY seq
      """
    )
    // Sorted, so that each page is changed once.
    indexing = [
      try prepare(
        """
        INSERT INTO inbox SELECT target, seq FROM messages WHERE seq > ?1 AND seq <= ?2
        ORDER BY target, seq
        """
      ),
      try prepare(
        """
        INSERT INTO sent SELECT sender, seq FROM messages
        WHERE seq > ?1 AND seq <= ?2 AND sender <> target ORDER BY sender, seq
        """
      ),
      try prepare(
        """
        INSERT INTO pairs SELECT sender, target, seq FROM messages
        WHERE seq > ?1 AND seq <= ?2 ORDER BY sender, target, seq
        """
      ),
      try prepare(
        """
        INSERT OR REPLACE INTO ids
        SELECT seq >> \(StoreSchema.partShift) AS part, key, seq, at, digest FROM messages
        WHERE seq > ?1 AND seq <= ?2 ORDER BY part, key
        """
      ),
    ]
    indexed = try prepare("SELECT through FROM indexed WHERE number = ?1")
    setIndexed = try prepare("UPDATE indexed SET through = ?2 WHERE number = ?1")

    setDelivered = try prepare(
      """
      INSERT INTO receipts (sender, target, delivered, delivered_id, news, at)
      VALUES (?1, ?2, ?3, ?4, 1, ?5) ON CONFLICT DO UPDATE SET delivered = excluded.delivered,
      delivered_id = excluded.delivered_id, news = news | 1, at = excluded.at
      """
    )
    setRead = try prepare(
      """
      INSERT INTO receipts (sender, target, read, read_id, news, at)
      VALUES (?1, ?2, ?3, ?4, 2, ?5) ON CONFLICT DO UPDATE SET read = excluded.read,
      read_id = excluded.read_id, news = news | 2, at = excluded.at
      """
    )
    progress = try prepare("SELECT delivered, read FROM receipts WHERE sender = ?1 AND target = ?2")
    news = try prepare(
      """
      SELECT target, news, delivered, delivered_id, read, read_id FROM receipts
      WHERE sender = ?1 AND news <> 0
      """
    )
    clearNews = try prepare("UPDATE receipts SET news = 0 WHERE sender = ?1 AND news <> 0")
    deleteReceipts = try prepare("DELETE FROM receipts WHERE at <= ?1")
    addGap = try prepare(
      """
      INSERT INTO gaps VALUES (?1, ?2, 1, ?3)
      ON CONFLICT DO UPDATE SET count = count + 1, at = excluded.at
      """
    )
    gaps = try prepare("SELECT sender, count FROM gaps WHERE target = ?1 LIMIT ?2")
    clearGaps = try prepare("DELETE FROM gaps WHERE target = ?1")
    deleteGaps = try prepare("DELETE FROM gaps WHERE at <= ?1")
    nextPart = try prepare("SELECT part FROM ids WHERE part > ?1 ORDER BY part LIMIT 1")
    firstOfPart = try prepare("SELECT at FROM ids WHERE part = ?1 LIMIT 1")
    endOfPart = try prepare("SELECT key FROM ids WHERE part = ?1 ORDER BY key LIMIT 1 OFFSET ?2")
    deleteIDs = try prepare("DELETE FROM ids WHERE part = ?1 AND key <= ?2")
    nextIDs = try prepare(
      """
      SELECT part, key, at FROM ids WHERE (part, key) > (?1, ?2) ORDER BY part, key LIMIT ?3
      """
    )
  }
}
