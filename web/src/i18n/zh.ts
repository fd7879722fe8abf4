import type { Strings } from "./en";

// Chinese has one plural form, so only the "_other" texts are used; "_one" repeats them to keep the same keys.
export const zh: Strings = {
  app: {
    name: "Muster", skip: "跳到正文", menu: "菜单", close: "关闭", cancel: "取消", save: "保存", copy: "复制",
    copied: "已复制", retry: "重试", dismiss: "知道了", loading: "加载中…", notFound: "没有这个页面。",
    goChat: "去对话", navigation: "导航", crashed: "页面出了问题。请刷新，内容不会丢失。", reload: "刷新",
  },
  nav: { chat: "对话", machines: "机器" },
  settings: {
    account: "账户与设置", light: "浅色", dark: "深色", system: "跟随系统", theme: "外观", language: "语言", signOut: "退出登录",
  },
  role: { owner: "所有者", admin: "管理员", member: "成员", guest: "访客" },
  login: {
    title: "登录", to: "登录到 {{name}}", username: "用户名", password: "密码", submit: "登录",
    forgot: "忘记了？请在运行 hub 的机器上停止 hub，执行 `muster owner reset`，然后重新启动。", needed: "请填写用户名和密码。",
  },
  claim: {
    title: "欢迎使用 Muster", intro: "设置您登录这个 hub 的方式。您将成为它的所有者。",
    username: "用户名", password: "密码", again: "再次输入密码", submit: "完成设置",
    short: "至少 8 个字符。", different: "两次输入的密码不一致。", nameNeeded: "请填写用户名。",
    noToken: "这个 hub 还没有所有者",
    noTokenText: "请打开 `muster up` 打印的一次性链接。要重新生成，请在运行 hub 的机器上执行：",
    claimed: "这个 hub 已经有所有者了，请直接登录。", signIn: "去登录",
  },
  list: {
    title: "对话列表", new: "新对话", search: "搜索", untitled: "新对话", rename: "重命名",
    delete: "删除", actions: "“{{title}}”的操作", empty: "您的对话会列在这里。",
    noMatch: "没有匹配的对话。", renameTitle: "重命名对话", titleLabel: "标题",
    deleteTitle: "删除这个对话？", deleteText: "“{{title}}”和其中的所有消息将被永久删除。",
    running: "运行中", more: "显示更多", today: "今天", yesterday: "昨天", week: "最近 7 天", older: "更早",
  },
  empty: {
    title: "让您的机器做点什么？", text: "直接用自然语言提问。Muster 会选择机器，由那里的智能体完成工作。",
    disk: "磁盘还剩多少空间？", nodes: "我有哪些机器？", memory: "什么占用的内存最多？", files: "列出工作目录里的文件",
    noNodes: "还没有机器连接。", addNode: "添加机器",
  },
  composer: {
    label: "消息", placeholder: "随便问点什么，输入 / 查看命令", steer: "{{node}} 正在工作，可以随时补充…",
    send: "发送", now: "立即发送", nowHint: "中断正在进行的工作，先做这个", stop: "停止", stopping: "正在停止…", hint: "Enter 发送，Shift+Enter 换行",
    commands: "命令", machines: "机器", tooLong: "一条消息最多 100,000 个字符，这条有 {{count}} 个。",
    suggestions_one: "{{count}} 条建议", suggestions_other: "{{count}} 条建议",
  },
  command: { help: "能说些什么", nodes: "您的机器", node: "换一台机器回答", stop: "停止正在运行的工作", shell: "不经过模型，直接执行一条命令" },
  picker: {
    label: "接下来由哪台机器回答", auto: "任意机器", none: "没有连接的机器",
    offlineHint: "{{ago}}在线", manage: "所有机器",
  },
  status: { online: "在线", busy: "忙碌", offline: "离线" },
  thread: {
    label: "对话内容", you: "您", via: "来自 {{channel}}", thinking: "正在思考", thought: "思考过程", steered: "工作时补充",
    working: "{{node}} 正在工作…", starting: "正在选择机器…", sending: "发送中…", retrying: "没有连接，正在重新发送…",
    notSent: "没有发出。", discard: "丢弃", latest: "跳到最新", summary: "较早的消息已被概括",
    offline: "与 hub 的连接已断开，正在重试…", gone: "这个对话不存在，或者不属于您。",
    resumed: "{{node}} 重新启动，从中断处继续。", truncated: "回答达到了模型的长度上限。",
    image: "图片：{{text}}", older: "显示更早的消息（{{count}}）",
  },
  tool: {
    pending: "等待中", running: "运行中", done: "完成", failed: "失败", stopped: "已停止", arguments: "参数",
    output: "输出", none: "没有输出。", exit: "退出码 {{code}}", preparing: "正在准备 {{name}}…", preparingAny: "正在准备工具…",
    lastPart: "最后一部分",
  },
  end: {
    aborted: "已停止。", failed: "{{node}} 上的运行失败了。", failedAny: "运行失败了。",
    turn_limit: "达到轮数上限，已停止。说“继续”可以接着做。",
    interrupted: "运行在完成之前被中断了。", tokens: "读取 {{input}} 个 token，写出 {{output}} 个",
  },
  receipt: {
    stopped: "已在 {{node}} 上停止，用时 {{time}}", processes_one: "，结束了 {{count}} 个进程", processes_other: "，结束了 {{count}} 个进程",
    nothing: "已经没有正在运行的工作。", idle: "{{node}} 上没有需要停止的工作。",
    silent: "{{node}} 没有回应。一旦能连上，它就会停止。",
  },
  approval: {
    title: "{{node}} 请求您的批准", wants: "它想使用 {{tool}}", folder: "目录", allow: "允许", deny: "拒绝",
    allowed: "{{by}} 已允许", denied: "{{by}} 已拒绝", expired: "没有人及时回答，已拒绝。",
    expires: "{{when}}过期", somebody: "某人",
  },
  machines: {
    title: "机器", intro: "所有连接到这个 hub 或曾经连接过的机器。", add: "添加机器", none: "还没有机器加入。",
    cores_one: "{{count}} 核", cores_other: "{{count}} 核", memoryFree: "共 {{total}}，可用 {{free}}", load: "负载 {{load}}",
    memory: "内存", system: "系统", model: "模型", folder: "目录", isolation: "隔离",
    seen: "{{ago}}在线", active: "接下来回答", runs_one: "{{count}} 个运行", runs_other: "{{count}} 个运行",
    rename: "重命名", remove: "移除", actions: "{{name}} 的操作", name: "名称",
    removeTitle: "移除 {{name}}？", removeText: "它的连接会立即断开。要重新加入，需要新的注册令牌。",
    addTitle: "添加机器", addText: "在新机器上执行这条命令。只能用一次，一小时内有效：", then: "加入后它会马上出现在这里。",
    addHow: "机器用一条带有一次性令牌的命令加入。它主动连接到 hub，不需要开放端口。", makeCommand: "生成命令", unknown: "未知", phonework: "PhoneWork",
  },
  missed: { title: "您不在的时候", open: "打开对话" },
  time: { now: "刚刚" },
  error: {
    network: "无法连接到 hub。请检查网络，并确认 hub 正在运行。", timeout: "hub 太久没有回应，请重试。",
    unexpected: "出现了意外的问题。请刷新页面后重试。", status: "hub 返回了状态 {{status}}，请重试。",
    wrong_credentials: "用户名或密码不对。", claim_token: "这个链接不正确、已被使用，或已超过 30 分钟。请在运行 hub 的机器上执行 `muster owner link` 重新生成。",
    unauthenticated: "您已退出登录，请重新登录。", scope_missing: "您的登录方式不允许这样做。", forbidden: "您没有权限这样做。",
    not_found: "它不存在，或者不属于您。", answered: "已经有人回答了，或者已过期。",
    rate_limited: "尝试次数太多，请等 {{seconds}} 秒后再试。", too_large: "内容对 hub 来说太大了。",
    not_ready: "hub 还在启动，请稍后再试。", storage: "hub 无法写入磁盘，请检查它所在机器的剩余空间。",
    unclaimed: "这个 hub 还没有所有者。请打开 `muster up` 打印的链接。",
  },
};
